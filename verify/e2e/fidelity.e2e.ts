import { afterAll, beforeAll, expect, test } from 'vitest';
import { stopwatch } from '../check/stopwatch.ts';
import { createContainer } from '../lab/container/create.ts';
import { importTree } from '../lab/engine/image.ts';
import { startPrivateEngine } from '../lab/engine/private.ts';
import type { Image, PrivateEngine } from '../lab/engine/types.ts';
import { cacheRoot } from '../lab/places.ts';
import { leftovers } from '../lab/reaper/reap.ts';
import { buildTree } from '../lab/rootfs/tree.ts';

const runId = '20260101T000000Z-00f1de11';
let engine: PrivateEngine;
let image: Image;

beforeAll(async () => {
  engine = await startPrivateEngine({ runId });
  image = await importTree(engine, await buildTree('bare', { cacheRoot: cacheRoot() }));
});

afterAll(async () => {
  await engine.stop();
  expect(await leftovers(runId)).toEqual([]);
});

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? NaN)) / 2
  );
};

test("the start time that the claims measure agrees with the engine's own event times within a twentieth", async () => {
  const ours: number[] = [];
  const engines: number[] = [];
  for (let i = 0; i < 25; i += 1) {
    const watch = stopwatch();
    await using created = await createContainer(engine, { image, command: ['/bin/stamp'], init: false });
    await using container = await created.start();
    await container.wait();
    ours.push(watch.secondsUntil((await container.logs()).stdout));
    // When the engine took the request to create it, and when it knew that its process runs: wall clock, its own.
    const { Created, State } = await container.inspect();
    engines.push((Date.parse(State.StartedAt) - Date.parse(Created)) / 1000);
  }
  const ratio = median(ours) / median(engines);
  console.log(
    `start to first instruction: ${(median(ours) * 1000).toFixed(1)} ms; by the engine's events: ` +
      `${(median(engines) * 1000).toFixed(1)} ms; ratio ${ratio.toFixed(3)}`,
  );
  expect(ratio).toBeGreaterThan(0.95);
  expect(ratio).toBeLessThan(1.05);
});
