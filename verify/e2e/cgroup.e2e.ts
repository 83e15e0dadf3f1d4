import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boundedCgroup } from '../lab/cgroup/bounded.ts';
import { foldersOf } from '../lab/cgroup/hierarchy.ts';
import { dropCaches } from '../lab/host/drop-caches.ts';
import { hostSubject } from '../lab/host/subject.ts';
import { scratchRoot } from '../lab/places.ts';

const runId = '20260101T000000Z-00e20002';
const spin = ['sh', '-c', 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'];

test('work in a bounded group is accounted to it, and the group is gone afterwards', async () => {
  let group: string;
  {
    await using bounded = await boundedCgroup({ runId, memoryBytes: 64 * 2 ** 20, pids: 16 });
    group = bounded.group;
    const before = bounded.usage().cpuSeconds;
    await bounded.exec(spin);
    expect(bounded.usage().cpuSeconds - before).toBeGreaterThan(0.02);
    expect((await bounded.exec(['cat', '/proc/self/cgroup'])).stdout).toContain(group);
    expect(readFileSync('/proc/self/cgroup', 'utf8')).not.toContain(group);
    expect(foldersOf(group)).not.toEqual([]);
  }
  expect(foldersOf(group)).toEqual([]);
});

test('a fifth of a CPU makes the same work wait', async () => {
  await using bounded = await boundedCgroup({ runId, cpus: 0.2 });
  await bounded.exec(['sh', '-c', 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done']);
  expect(bounded.usage().throttledSeconds).toBeGreaterThan(0.1);
});

test('no more processes start than the limit allows', async () => {
  await using bounded = await boundedCgroup({ runId, pids: 8 });
  const { stderr } = await bounded.exec(['sh', '-c', 'for i in $(seq 20); do sleep 0.3 & done; wait'], {
    reject: false,
  });
  expect(stderr).toMatch(/fork/i);
});

test('a command on the host that runs over is ended with its children', async () => {
  const host = hostSubject({ runId });
  const marker = `61${String(process.pid)}`;
  await expect(host.exec(['sh', '-c', `echo begun; sleep ${marker} | cat`], { timeoutMs: 300 })).rejects.toThrow(
    /did not end within 300 ms.*begun/s,
  );
  const { stdout } = await host.exec(['ps', '-eo', 'args']);
  expect(stdout).not.toContain(`sleep ${marker}`);
});

test('a command on the host has its input, user and folder, and a missing program is named', async () => {
  const host = hostSubject();
  const result = await host.exec(['sh', '-c', 'cat; id -u; pwd'], { stdin: 'in\n', user: '65534:65534', cwd: '/usr' });
  expect(result.stdout).toBe('in\n65534\n/usr\n');
  await expect(host.exec(['no-such-program'])).rejects.toThrow(/no-such-program/);
});

test('emptying the page cache sends the next reader to the disk', async () => {
  const folder = join(scratchRoot(runId), 'cache');
  mkdirSync(folder, { recursive: true });
  await using bounded = await boundedCgroup({ runId, pids: 16 });
  const read = async (): Promise<number> => {
    const before = bounded.usage().memoryBytes;
    await bounded.exec(['sh', '-c', 'cat "$0" > /dev/null', join(folder, 'file')]);
    return bounded.usage().memoryBytes - before;
  };
  writeFileSync(join(folder, 'file'), Buffer.alloc(32 * 2 ** 20, 1));
  // Pages that are in the cache already are accounted to whoever brought them there.
  const cached = await read();
  await dropCaches();
  const fresh = await read();
  rmSync(scratchRoot(runId), { recursive: true });
  expect(cached).toBeLessThan(8 * 2 ** 20);
  expect(fresh).toBeGreaterThan(24 * 2 ** 20);
});
