import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runContainer } from '../lab/container/create.ts';
import { imageFromFiles, importTree } from '../lab/engine/image.ts';
import { attachEngine } from '../lab/engine/attach.ts';
import { startPrivateEngine } from '../lab/engine/private.ts';
import { identityOf, listProcesses } from '../lab/host/process.ts';
import { createNetwork } from '../lab/network/network.ts';
import { cacheRoot, runRoot, scratchRoot } from '../lab/places.ts';
import { acquireRun } from '../lab/reaper/acquire-run.ts';
import { leftovers, reap } from '../lab/reaper/reap.ts';
import { buildTree } from '../lab/rootfs/tree.ts';

const victim = fileURLToPath(new URL('fixtures/engine-owner.ts', import.meta.url));
const deadRun = '20260101T000000Z-00e20003';
const livingRun = '20260101T000000Z-00e20004';

// Reaping looks at all that is in the cache: not at anyone else's.
const shared = process.env['BARE_CLAIMS_CACHE'];
const trees = cacheRoot();
beforeEach(() => {
  process.env['BARE_CLAIMS_CACHE'] = mkdtempSync(join(tmpdir(), 'bare-claims-e2e-'));
});
afterEach(() => {
  rmSync(cacheRoot(), { recursive: true, force: true });
  if (shared === undefined) delete process.env['BARE_CLAIMS_CACHE'];
  else process.env['BARE_CLAIMS_CACHE'] = shared;
});

/** A process that owns a private engine with a container, a namespace, a bounded group and a command, then is killed. */
async function ownerKilled(runId: string, data: 'memory' | 'kept' = 'memory'): Promise<void> {
  const child = spawn(process.execPath, [victim, runId, trees, data], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  expect(chunk.toString()).toContain('ready');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('what a killed run left is found and removed by the next, and nothing of a living run', async () => {
  await using living = await startPrivateEngine({ runId: livingRun });
  await ownerKilled(deadRun);
  const before = await leftovers(deadRun);
  expect(before.join('\n')).toMatch(/private engine/);
  expect(before.join('\n')).toMatch(/network namespace/);
  expect(before.join('\n')).toMatch(/control group/);
  expect(before.join('\n')).toMatch(/process \d+/);

  const report = await reap();
  expect(report.failed).toEqual([]);
  expect(report.removed.length).toBeGreaterThanOrEqual(before.length);
  expect(await leftovers(deadRun)).toEqual([]);
  expect(listProcesses().filter(({ argv }) => argv.some((word) => word.includes(deadRun)))).toEqual([]);
  await living.docker.ping();
}, 60_000);

test('the images that a killed run had kept serve the next one, and nothing else of it is there', async () => {
  await ownerKilled(deadRun, 'kept');
  {
    // While the dead run's daemon still has the kept data, another engine keeps off them.
    await using meanwhile = await startPrivateEngine({ runId: livingRun, data: 'kept' });
    expect(await meanwhile.docker.listImages()).toEqual([]);
  }
  expect((await reap()).failed).toEqual([]);
  await using next = await startPrivateEngine({ runId: livingRun, data: 'kept' });
  expect(await next.docker.listContainers({ all: true })).toEqual([]);
  const [image, ...others] = await next.docker.listImages();
  expect(others).toEqual([]);
  const tree = await buildTree('bare', { cacheRoot: trees });
  expect((await importTree(next, tree)).id).toBe(image?.Id);
}, 60_000);

test('of a tree that was built anew, the former image goes', async () => {
  await using own = await startPrivateEngine({ runId: livingRun });
  const tree = await buildTree('bare', { cacheRoot: trees });
  await importTree(own, { ...tree, digest: '0123456789abcdef' });
  const current = await importTree(own, tree);
  expect((await own.docker.listImages()).map(({ Id }) => Id)).toEqual([current.id]);
}, 60_000);

test("in somebody else's engine only labelled things of dead runs go", async () => {
  // Played by a private engine that the reaper is told is not one.
  await using own = await startPrivateEngine({ runId: livingRun });
  const theirs = attachEngine({ runId: deadRun, socketPath: own.socketPath, private: false, netns: null });
  const stranger = await own.docker.createNetwork({ Name: 'a-network-of-the-user' });
  const tree = await buildTree('bare', { cacheRoot: trees });
  const image = await importTree({ ...theirs, private: false }, tree);
  await createNetwork(theirs);
  await runContainer(theirs, { image, command: ['sleep', '600'] });
  await imageFromFiles(theirs, { name: 'own', files: { '/x': 'x' } });
  expect((await leftovers(deadRun, theirs)).map((what) => what.split(' ')[0])).toEqual([
    'container',
    'network',
    'image',
    'image',
  ]);
  expect((await reap({ engine: theirs })).failed).toEqual([]);
  expect(await leftovers(deadRun, theirs)).toEqual([]);
  expect(await stranger.inspect()).toMatchObject({ Name: 'a-network-of-the-user' });
}, 60_000);

test('a scratch folder without a run is removed; one of a living run stays', async () => {
  await using run = await acquireRun({ runId: livingRun });
  writeFileSync(join(run.scratchRoot, 'file'), 'x');
  mkdirSync(scratchRoot(deadRun), { recursive: true });
  await reap();
  expect(existsSync(scratchRoot(deadRun))).toBe(false);
  expect(existsSync(join(run.scratchRoot, 'file'))).toBe(true);
});

test('a second run at once is refused, naming the first; after its end it may start', async () => {
  {
    await using first = await acquireRun({ runId: livingRun });
    expect(existsSync(first.runRoot)).toBe(true);
    await expect(acquireRun({ runId: deadRun, waitMs: 300 })).rejects.toThrow(
      `Another run is under way on this machine (process ${String(process.pid)})`,
    );
  }
  expect(existsSync(runRoot(livingRun))).toBe(false);
  await using second = await acquireRun({ runId: deadRun });
  expect(second.runId).toBe(deadRun);
});

test('a killed run does not lock the next one out', async () => {
  mkdirSync('/run/bare-claims', { recursive: true });
  const child = spawn('true');
  const identity = identityOf(child.pid ?? 0);
  await once(child, 'exit');
  writeFileSync('/run/bare-claims/lock', JSON.stringify(identity));
  await using run = await acquireRun({ runId: livingRun });
  expect(run.runId).toBe(livingRun);
});
