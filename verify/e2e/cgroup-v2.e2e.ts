import { afterAll, beforeAll, expect, test } from 'vitest';
import { limitFiles } from '../lab/cgroup/limits.ts';
import { usageFrom, type CgroupUsage } from '../lab/cgroup/usage.ts';
import { restoreGuest } from '../lab/guest/restore.ts';
import type { RunningGuest } from '../lab/guest/types.ts';

// This machine may have either version; a guest has the second.
const runId = '20260101T000000Z-00e20032';
const limits = { memoryBytes: 32 * 2 ** 20, cpus: 0.2, pids: 8 };
const folder = '/sys/fs/cgroup/bounded';
let guest: RunningGuest;

const shell = async (script: string): Promise<string> => {
  const { stdout, stderr } = await guest.exec(['sh', '-c', script], { reject: false, timeoutMs: 60_000 });
  return stdout + stderr;
};
/** Runs a script inside of the group. */
const bounded = (script: string): Promise<string> => shell(`echo $$ > ${folder}/cgroup.procs; ${script}`);
const usage = async (): Promise<CgroupUsage> => {
  const lines = (await shell(`cd ${folder}; grep . *`)).split('\n');
  const content = (file: string) =>
    lines.filter((line) => line.startsWith(`${file}:`)).map((line) => line.slice(file.length + 1));
  return usageFrom('v2', (_, file) => (content(file).length === 0 ? null : content(file).join('\n')));
};

beforeAll(async () => {
  guest = await restoreGuest({ runId, image: 'bare' });
  await shell(
    'mount -t cgroup2 none /sys/fs/cgroup; cd /sys/fs/cgroup; echo +memory +cpu +pids > cgroup.subtree_control',
  );
  await shell(`mkdir ${folder}`);
});
afterAll(() => guest[Symbol.asyncDispose]());

test('the limits are files that a kernel with version 2 has and takes', async () => {
  for (const { file, value, optional } of limitFiles('v2', limits, null)) {
    const answer = await shell(`echo ${value} > ${folder}/${file} && cat ${folder}/${file}`);
    if (!optional) expect(answer.trim()).toBe(value);
  }
});

test('what is counted there can be read, and the limits hold', async () => {
  const before = await usage();
  await bounded('i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done');
  const spun = await usage();
  expect(spun.cpuSeconds).toBeGreaterThan(before.cpuSeconds);
  expect(spun.throttledSeconds).toBeGreaterThan(before.throttledSeconds);

  await bounded('head -c 67108864 /dev/zero | tail -c 67108864 | wc -c');
  const filled = await usage();
  expect(filled.oomKills).toBeGreaterThan(before.oomKills ?? 0);
  expect(filled.memoryPeakBytes ?? 0).toBeLessThanOrEqual(limits.memoryBytes);

  expect(await bounded('for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1 & done')).toMatch(/fork/);
});
