import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What bears on whether this machine measures well now. Undefined: it does not tell. */
export interface MachineState {
  readonly cpus: number;
  /** Mean number of runnable processes in the last minute. */
  readonly load: number;
  /** Shares of all processors' time over the window. */
  readonly busyShare?: number;
  readonly stealShare?: number;
  readonly governor?: string;
  /** Whether the processor says that a hypervisor lies below. */
  readonly virtualized?: boolean;
  readonly availableBytes: number;
  readonly diskFreeBytes: number;
}

/** Watches the machine for a moment. `directory` is where scratch files will lie; it need not exist yet. */
export async function readMachineState(directory: string, windowMs = 1000): Promise<MachineState> {
  const before = processorTime(read('/proc/stat'));
  await sleep(windowMs);
  const shares = sharesBetween(before, processorTime(read('/proc/stat')));
  const governor = read('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor')?.trim();
  const cpuinfo = read('/proc/cpuinfo');
  const disk = await statfs(nearest(directory));
  return {
    cpus: availableParallelism(),
    load: loadavg()[0] ?? 0,
    ...shares,
    ...(governor === undefined ? {} : { governor }),
    ...(cpuinfo === null ? {} : { virtualized: /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo) }),
    availableBytes: availableBytes(read('/proc/meminfo')) ?? freemem(),
    diskFreeBytes: disk.bavail * disk.bsize,
  };
}

export interface ProcessorTime {
  readonly idle: number;
  readonly steal: number;
  readonly total: number;
}

/** First line of /proc/stat (proc(5)): user nice system idle iowait irq softirq steal; guest time is within user's. */
export function processorTime(stat: string | null): ProcessorTime | null {
  const fields = /^cpu +(.*)$/m
    .exec(stat ?? '')?.[1]
    ?.trim()
    .split(/ +/)
    .slice(0, 8)
    .map(Number);
  if (fields === undefined || fields.length < 8) return null;
  const [, , , idle = 0, iowait = 0, , , steal = 0] = fields;
  return { idle: idle + iowait, steal, total: fields.reduce((sum, field) => sum + field, 0) };
}

export function sharesBetween(
  before: ProcessorTime | null,
  after: ProcessorTime | null,
): Pick<MachineState, 'busyShare' | 'stealShare'> {
  if (before === null || after === null || after.total <= before.total) return {};
  const total = after.total - before.total;
  const stealShare = (after.steal - before.steal) / total;
  return { busyShare: 1 - (after.idle - before.idle) / total - stealShare, stealShare };
}

function availableBytes(meminfo: string | null): number | null {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo ?? '')?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}

function nearest(directory: string): string {
  return existsSync(directory) || dirname(directory) === directory ? directory : nearest(dirname(directory));
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
