import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBinary } from '../lab/engine/private-needs.ts';
import { importTree } from '../lab/engine/image.ts';
import { attachEngine } from '../lab/engine/attach.ts';
import { startPrivateEngine } from '../lab/engine/private.ts';
import type { PrivateEngine } from '../lab/engine/types.ts';
import { cacheRoot, runLabel } from '../lab/places.ts';
import { leftovers, reap } from '../lab/reaper/reap.ts';
import { buildTree } from '../lab/rootfs/tree.ts';
import { newRunId } from '../record/run-id.ts';
import { expectClean, newRuns, verdicts } from './fixtures/command.ts';
import { ownLane } from './fixtures/own-lane.ts';

// Somebody's engine with a container and a network, and somebody's virtual machine: the first is played by a private
// engine of this test, which the command finds by DOCKER_HOST.
ownLane();
const owner = newRunId(new Date());
let engine: PrivateEngine;
let guest: ReturnType<typeof spawn>;
let before: readonly string[];

/** Ids and states of all that the engine has and that bears no label of ours, running processes included. */
async function theirs(): Promise<string[]> {
  const ours = (labels: unknown): boolean => runLabel in ((labels ?? {}) as Record<string, string>);
  const containers = await engine.docker.listContainers({ all: true });
  const networks = await engine.docker.listNetworks();
  const { Volumes } = await engine.docker.listVolumes();
  return [
    ...containers.filter(({ Labels }) => !ours(Labels)).map(({ Id, State }) => `container ${Id} ${State}`),
    ...networks.filter(({ Labels }) => !ours(Labels)).map(({ Id }) => `network ${Id}`),
    ...Volumes.map(({ Name }) => `volume ${Name}`),
    `guest ${guest.exitCode === null && guest.signalCode === null ? 'runs' : 'ended'}`,
  ].sort();
}

beforeAll(async () => {
  engine = await startPrivateEngine({ runId: owner });
  const image = await importTree(engine, await buildTree('bare', { cacheRoot: cacheRoot() }));
  const container = await engine.docker.createContainer({
    Image: image.id,
    Cmd: ['sleep', '600'],
    HostConfig: { NetworkMode: 'a-network-of-theirs', Binds: ['a-volume-of-theirs:/data'] },
    name: 'a-container-of-theirs',
  });
  await engine.docker.createNetwork({ Name: 'a-network-of-theirs' });
  await container.start();
  const qemu = findBinary(`qemu-system-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}`) ?? 'qemu';
  guest = spawn(qemu, ['-machine', 'none', '-display', 'none', '-S', '-name', 'a-machine-of-theirs'], {
    stdio: 'ignore',
  });
  await once(guest, 'spawn');
  before = await theirs();
});
afterAll(async () => {
  guest.kill('SIGKILL');
  await engine.stop();
});

const env = (): Record<string, string> => ({ DOCKER_HOST: `unix://${engine.socketPath}` });

test("a run in somebody's engine leaves it, and a virtual machine beside it, as they were", async () => {
  expect(before.filter((what) => /^(container .* running|volume|guest runs)/.test(what))).toHaveLength(3);
  using runs = newRuns();
  const ended = await runs.verify(['calm'], { env: env() });
  const record = await runs.record();
  expect(verdicts(record)).toEqual({
    'calm/needs-engine': 'verified',
    'calm/needs-guest': 'verified',
    'calm/needs-nothing': 'verified',
  });
  expect(record.host.engine?.private).toBe(false);
  expect(ended.exitCode).toBe(0);
  await expectClean(record.run, ended);
  expect(await leftovers(record.run, attachEngine({ ...engine, private: false }))).toEqual([]);
  expect(await theirs()).toEqual(before);
});

test("what a killed run left in somebody's engine goes with the next run, which says so, and nothing else does", async () => {
  using runs = newRuns();
  const command = runs.start(['slow/waits-at-a-gate'], { env: env() });
  await runs.event(({ type }) => type === 'finding');
  const begun = await runs.event(({ type }) => type === 'run');
  const run = begun.type === 'run' ? begun.run : '';
  command.kill();
  await command.ended;
  const shared = attachEngine({ ...engine, private: false });
  expect((await leftovers(run, shared)).join('\n')).toMatch(/container/);

  const next = await runs.verify(['calm/needs-engine'], { env: env() });
  expect(next.stderr).toMatch(/Removed what an earlier run left: .*container/);
  expect(next.exitCode).toBe(0);
  expect(await leftovers(run, shared)).toEqual([]);
  expect(await theirs()).toEqual(before);
});

test('reaping touches nothing of theirs', async () => {
  expect((await reap({ engine: attachEngine({ ...engine, private: false }) })).failed).toEqual([]);
  expect(await theirs()).toEqual(before);
});
