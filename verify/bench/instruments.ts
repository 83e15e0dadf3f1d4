import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stopwatch } from '../check/stopwatch.ts';
import { boundedCgroup } from '../lab/cgroup/bounded.ts';
import { runContainer } from '../lab/container/create.ts';
import { importTree } from '../lab/engine/image.ts';
import { startPrivateEngine } from '../lab/engine/private.ts';
import { restoreGuest } from '../lab/guest/restore.ts';
import { hostSubject } from '../lab/host/subject.ts';
import { cacheRoot, scratchRoot } from '../lab/places.ts';
import { acquireRun } from '../lab/reaper/acquire-run.ts';
import { buildTree } from '../lab/rootfs/tree.ts';
import type { Subject } from '../lab/subject.ts';
import { newRunId } from '../record/run-id.ts';
import { ascending, quantileOfSorted } from '../statistics/quantile.ts';
import { installCpuTimer } from '../workload/cpu-time.ts';

/** What an instrument shows when there is nothing to measure. */
export interface Nothing {
  readonly instrument: string;
  readonly medianMs: number;
  readonly worstMs: number;
  readonly n: number;
}

const times = 50;

/** Each instrument on a command that does nothing, in every kind of subject. Needs root, an engine's parts and QEMU. */
export async function instruments(): Promise<Nothing[]> {
  const runId = newRunId();
  await using _run = await acquireRun({ runId });
  const folder = join(scratchRoot(runId), 'bench');
  mkdirSync(folder, { recursive: true });
  await using engine = await startPrivateEngine({ runId });
  const image = await importTree(engine, await buildTree('minimal', { cacheRoot: cacheRoot() }));
  await using container = await runContainer(engine, { image, command: ['sleep', '3600'] });
  await using guest = await restoreGuest({ runId, image: 'minimal' });
  await using bounded = await boundedCgroup({ runId, pids: 64 });
  const subjects: readonly (readonly [string, Subject, string])[] = [
    ['host', hostSubject({ runId }), folder],
    ['bounded group', bounded, folder],
    ['container', container, '/run'],
    ['guest', guest, '/run'],
  ];
  const found = [
    await taken('stopwatch, started and read', async () => stopwatch().seconds() * 1000),
    await taken('a measured function that does nothing, from outside', async () => {
      const begun = performance.now();
      await Promise.resolve();
      return performance.now() - begun;
    }),
  ];
  for (const [name, subject, place] of subjects) {
    const timer = await installCpuTimer(subject, place);
    found.push(
      await taken(
        `command in the ${name}: wall-clock time of "true"`,
        async () => (await subject.exec(['/bin/true'])).durationMs,
      ),
      await taken(
        `CPU timer in the ${name}: CPU time of "true"`,
        async () => (await timer.time(['/bin/true'])).cpuSeconds * 1000,
      ),
    );
  }
  return found;
}

async function taken(instrument: string, once: () => Promise<number>): Promise<Nothing> {
  const values: number[] = [];
  for (let i = 0; i < times + 2; i += 1) values.push(await once());
  // The first ones pay for what is kept afterwards.
  const kept = ascending(values.slice(2));
  return { instrument, medianMs: quantileOfSorted(kept, 0.5), worstMs: kept.at(-1) ?? NaN, n: kept.length };
}
