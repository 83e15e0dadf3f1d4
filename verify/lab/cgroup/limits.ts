import type { CgroupVersion } from './hierarchy.ts';

export interface Limits {
  readonly memoryBytes?: number;
  readonly cpus?: number;
  /** Share of the processor where it is contended, beside other groups: 1 to 10,000, as cgroups v2 has it; default 100. */
  readonly cpuWeight?: number;
  readonly pids?: number;
  readonly readBytesPerSecond?: number;
  readonly writeBytesPerSecond?: number;
  readonly readOperationsPerSecond?: number;
  readonly writeOperationsPerSecond?: number;
}

/** What is written where to set a limit. */
export interface LimitFile {
  readonly controller: string;
  readonly file: string;
  readonly value: string;
  /** The limit holds without it on machines that lack the file. */
  readonly optional: boolean;
}

const periodMicroseconds = 100_000;

/** The files of either version for these limits; `disk` is "major:minor". */
export function limitFiles(version: CgroupVersion, limits: Limits, disk: string | null): LimitFile[] {
  return version === 'v1' ? v1(limits, disk) : v2(limits, disk);
}

const must = (controller: string, file: string, value: string): LimitFile => ({
  controller,
  file,
  value,
  optional: false,
});
const may = (controller: string, file: string, value: string): LimitFile => ({
  controller,
  file,
  value,
  optional: true,
});

function v1(limits: Limits, disk: string | null): LimitFile[] {
  const files: LimitFile[] = [];
  const { memoryBytes, cpus, cpuWeight, pids } = limits;
  if (memoryBytes !== undefined) {
    files.push(must('memory', 'memory.limit_in_bytes', String(memoryBytes)));
    // Without it the excess goes to swap; kernels without swap accounting lack the file.
    files.push(may('memory', 'memory.memsw.limit_in_bytes', String(memoryBytes)));
  }
  if (cpus !== undefined) {
    files.push(must('cpu', 'cpu.cfs_period_us', String(periodMicroseconds)));
    files.push(must('cpu', 'cpu.cfs_quota_us', String(Math.round(cpus * periodMicroseconds))));
  }
  if (cpuWeight !== undefined) {
    // The defaults of the two versions, 1024 and 100, mean the same.
    files.push(must('cpu', 'cpu.shares', String(Math.round((cpuWeight * 1024) / 100))));
  }
  if (pids !== undefined) files.push(must('pids', 'pids.max', String(pids)));
  const rates = [
    ['blkio.throttle.read_bps_device', limits.readBytesPerSecond],
    ['blkio.throttle.write_bps_device', limits.writeBytesPerSecond],
    ['blkio.throttle.read_iops_device', limits.readOperationsPerSecond],
    ['blkio.throttle.write_iops_device', limits.writeOperationsPerSecond],
  ] as const;
  for (const [file, rate] of rates)
    if (rate !== undefined) files.push(must('blkio', file, `${needed(disk)} ${String(rate)}`));
  return files;
}

function v2(limits: Limits, disk: string | null): LimitFile[] {
  const files: LimitFile[] = [];
  const { memoryBytes, cpus, cpuWeight, pids } = limits;
  if (memoryBytes !== undefined) {
    files.push(must('memory', 'memory.max', String(memoryBytes)), may('memory', 'memory.swap.max', '0'));
  }
  if (cpus !== undefined) {
    const quota = String(Math.round(cpus * periodMicroseconds));
    files.push(must('cpu', 'cpu.max', `${quota} ${String(periodMicroseconds)}`));
  }
  if (cpuWeight !== undefined) files.push(must('cpu', 'cpu.weight', String(cpuWeight)));
  if (pids !== undefined) files.push(must('pids', 'pids.max', String(pids)));
  const rates = [
    ['rbps', limits.readBytesPerSecond],
    ['wbps', limits.writeBytesPerSecond],
    ['riops', limits.readOperationsPerSecond],
    ['wiops', limits.writeOperationsPerSecond],
  ] as const;
  const set = rates.flatMap(([key, rate]) => (rate === undefined ? [] : [`${key}=${String(rate)}`]));
  if (set.length > 0) files.push(must('io', 'io.max', `${needed(disk)} ${set.join(' ')}`));
  return files;
}

function needed(disk: string | null): string {
  if (disk === null)
    throw new RangeError('A limit on disk traffic needs `diskOf`: a folder on the disk that it is for.');
  return disk;
}
