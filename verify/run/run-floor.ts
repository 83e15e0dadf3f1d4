import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ready } from './prepare.ts';
import { randomStream } from '../check/random.ts';
import { runContainer } from '../lab/container/create.ts';
import { importTree } from '../lab/engine/image.ts';
import { hostSubject } from '../lab/host/subject.ts';
import { cacheRoot, scratchRoot } from '../lab/places.ts';
import { hostArchitecture } from '../lab/rootfs/architecture.ts';
import { stampElf } from '../lab/rootfs/stamp-elf.ts';
import { buildTree } from '../lab/rootfs/tree.ts';
import type { Subject } from '../lab/subject.ts';
import { measureFloor, type Work } from '../measure/floor.ts';
import type { NoiseFloor } from '../verdict/evidence.ts';
import { installCpuTimer, type CpuTimer } from '../workload/cpu-time.ts';

export interface FloorSetting {
  readonly run: string;
  readonly options: { readonly profile: 'quick' | 'full'; readonly seed: number };
  readonly stop: { readonly signal: AbortSignal };
}

const program = '/bin/busybox';
/**
 * One unit of work: some twenty megabytes through a hash, by a program that host and container both have. About a tenth of
 * a second, as the shortest work that claims compare: of anything much shorter, starting the program is what is measured.
 */
const work = [program, 'sha256sum', ...Array.from({ length: 10 }, () => program)] as const;

/** Enough for all pairs where a unit takes what it does on a machine of today; a slow one has fewer of them. */
const capMs = { quick: 15_000, full: 30_000 } as const;

/**
 * The noise floor of this run: the same work against itself, on the host and, where there is an engine, in a container.
 * Empty where the host lacks the program that does the work: it can then run nothing that is measured either.
 */
export async function floorOf({ run, options, stop }: FloorSetting, { engine }: Ready): Promise<NoiseFloor> {
  if (!existsSync(program)) return [];
  const folder = join(scratchRoot(run), 'floor');
  await mkdir(folder, { recursive: true });
  const host = hostSubject({ runId: run });
  const startedAt = performance.now();
  const context = {
    elapsedMs: () => performance.now() - startedAt,
    capMs: capMs[options.profile],
    random: randomStream(options.seed, 'noise floor'),
    profile: options.profile,
    signal: stop.signal,
  };
  const stamp = join(folder, 'stamp');
  await writeFile(stamp, stampElf(hostArchitecture()), { mode: 0o755 });
  const places = { host: workOf(await installCpuTimer(host, folder), stamp) };
  if (engine === null) return await measureFloor(places, context);
  const image = await importTree(engine, await buildTree('bare', { cacheRoot: cacheRoot() }));
  await using container = await runContainer(engine, { image, command: ['sleep', '600'] });
  const inside: Subject = container;
  return await measureFloor(
    { ...places, container: workOf(await installCpuTimer(inside, '/run'), '/bin/stamp') },
    context,
  );
}

/** By the clock, too, it is timed in its place, as findings are: the way in and out is not the work. */
function workOf(timer: CpuTimer, stamp: string): Work {
  return async () => {
    const between = '"$0" && "$@" && "$0"';
    const { stdout, cpuSeconds } = await timer.time(['/bin/sh', '-c', between, stamp, ...work]);
    const lines = stdout.trim().split('\n');
    return { wallSeconds: (Number(lines.at(-1)) - Number(lines[0])) / 1e9, cpuSeconds };
  };
}
