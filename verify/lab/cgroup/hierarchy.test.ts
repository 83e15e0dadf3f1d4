import { expect, test } from 'vitest';
import { deviceNumber } from './block-device.ts';
import { hierarchiesIn } from './hierarchy.ts';
import { limitFiles } from './limits.ts';
import { groupsIn, keyed } from './usage.ts';

test('trees of either version are told from the mounts', () => {
  const mounts = [
    'tmpfs /sys/fs/cgroup tmpfs rw,relatime 0 0',
    'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0',
    'cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0',
    'cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0',
  ].join('\n');
  expect(hierarchiesIn(mounts)).toEqual([
    { controllers: ['cpu', 'cpuacct'], path: '/sys/fs/cgroup/cpu,cpuacct' },
    { controllers: ['name=systemd'], path: '/sys/fs/cgroup/systemd' },
    { controllers: [], path: '/sys/fs/cgroup/unified' },
  ]);
});

test("a process's groups are told by controller", () => {
  const groups = groupsIn('9:name=systemd:/\n4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n0::/scope\n');
  expect(groups.get('cpuacct')).toBe('/docker/abc');
  expect(groups.get('')).toBe('/scope');
});

test('statistics are pairs of a key and a number', () => {
  expect(keyed('usage_usec 12\nuser_usec 3\n').get('usage_usec')).toBe(12);
  expect(keyed(null).size).toBe(0);
});

const limits = {
  memoryBytes: 1000,
  cpus: 0.5,
  cpuWeight: 250,
  pids: 9,
  readBytesPerSecond: 7,
  writeOperationsPerSecond: 8,
};

test('limits become the files of v1', () => {
  expect(limitFiles('v1', limits, '8:0').map(({ file, value }) => `${file}=${value}`)).toEqual([
    'memory.limit_in_bytes=1000',
    'memory.memsw.limit_in_bytes=1000',
    'cpu.cfs_period_us=100000',
    'cpu.cfs_quota_us=50000',
    'cpu.shares=2560',
    'pids.max=9',
    'blkio.throttle.read_bps_device=8:0 7',
    'blkio.throttle.write_iops_device=8:0 8',
  ]);
});

test('limits become the files of v2', () => {
  expect(limitFiles('v2', limits, '8:0').map(({ file, value }) => `${file}=${value}`)).toEqual([
    'memory.max=1000',
    'memory.swap.max=0',
    'cpu.max=50000 100000',
    'cpu.weight=250',
    'pids.max=9',
    'io.max=8:0 rbps=7 wiops=8',
  ]);
});

test('no limit is no file, and a limit on a disk needs a disk', () => {
  expect(limitFiles('v2', {}, null)).toEqual([]);
  expect(() => limitFiles('v1', { readBytesPerSecond: 1 }, null)).toThrow('diskOf');
});

test('device numbers beyond eight bits are split as the kernel does', () => {
  expect(deviceNumber(0xfe00)).toBe('254:0');
  // makedev(3): minor 0x12345 of major 259 is stored as 0x12310345.
  expect(deviceNumber(0x12310345)).toBe('259:74565');
});
