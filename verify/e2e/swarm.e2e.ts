import { afterAll, beforeAll, expect, test } from 'vitest';
import { runContainer } from '../lab/container/create.ts';
import { importTree } from '../lab/engine/image.ts';
import { startPrivateEngine } from '../lab/engine/private.ts';
import type { Image, PrivateEngine } from '../lab/engine/types.ts';
import { cacheRoot } from '../lab/places.ts';
import { leftovers } from '../lab/reaper/reap.ts';
import { buildTree } from '../lab/rootfs/tree.ts';
import { startSwarm } from '../lab/swarm/swarm.ts';
import type { Swarm } from '../lab/swarm/types.ts';
import { firstAnswers, namingServer } from '../workload/instances.ts';
import { running, swarmStand, untilTasks, type SwarmStand } from '../workload/swarm-stand.ts';

const runId = '20260101T000000Z-00e20031';
const engines: PrivateEngine[] = [];
let [stand, image] = [null, null] as unknown as [SwarmStand & { swarm: Swarm }, Image];

beforeAll(async () => {
  const tree = await buildTree('bare', { cacheRoot: cacheRoot() });
  for (let count = 0; count < 2; count += 1) {
    const engine = await startPrivateEngine({ runId });
    engines.push(engine);
    image = await importTree(engine, tree);
  }
  const [manager, worker] = engines as [PrivateEngine, PrivateEngine];
  stand = await swarmStand(
    {
      engine: () => manager,
      image: () => Promise.resolve(image),
      swarm: (options) => startSwarm(manager, options),
      container: (options) => runContainer(manager, { ...options, image }),
    },
    { workers: [worker] },
  );
}, 120_000);

afterAll(async () => {
  await stand.swarm[Symbol.asyncDispose]();
  // The first is the owner of the run's folder.
  for (const engine of engines.toReversed()) await engine.stop();
  expect(await leftovers(runId)).toEqual([]);
}, 120_000);

test('a service runs on both nodes, and a client of the first finds the instances of both by one name', async () => {
  await using service = await stand.swarm.service({ image, replicas: 2, command: namingServer() });
  const tasks = await untilTasks(service, (all) => running(all).length === 2, { what: 'running', timeoutMs: 60_000 });
  expect(new Set(tasks.map(({ nodeId }) => nodeId))).toEqual(new Set(stand.swarm.nodeIds));
  await using load = await stand.ask(service);
  const names = [...(await firstAnswers(load, 2, { withinMs: 30_000 })).keys()];
  expect(names.sort()).toEqual(tasks.map(({ containerId }) => containerId?.slice(0, 12)).sort());
});

test('a service that is removed leaves no container on any node', async () => {
  const service = await stand.swarm.service({ image, replicas: 2, command: namingServer() });
  await stand.untilAllAnswer(service);
  await service[Symbol.asyncDispose]();
  const labelled = { filters: { label: [`com.docker.swarm.service.id=${service.id}`] } };
  for (const { docker } of engines) expect(await docker.listContainers(labelled)).toEqual([]);
});

test('a task that cannot start says why', async () => {
  await using service = await stand.swarm.service({ image, command: ['/no-such-program'], restart: 'none' });
  const failed = (all: readonly { state: string }[]) => all.some(({ state }) => state === 'failed');
  const [task] = await untilTasks(service, failed, { what: 'failed', timeoutMs: 60_000 });
  expect(task?.message).toContain('exit (127)');
});

test('an engine of somebody else is made no cluster of', async () => {
  const [engine] = engines as [PrivateEngine, PrivateEngine];
  await expect(startSwarm({ ...engine, private: false })).rejects.toThrow('nobody else’s engine is changed');
});
