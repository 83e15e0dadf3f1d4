import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupVersion, hierarchies, v1Path, type CgroupVersion } from './hierarchy.ts';
import { LabError } from '../errors.ts';

/** What the kernel has counted for a group and the groups below. Null: this kernel does not count it. */
export interface CgroupUsage {
  /** User and system time together; v1 counts nanoseconds, v2 microseconds. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  readonly memoryPeakBytes: number | null;
  readonly processes: number;
  readonly oomKills: number | null;
  /** Time for which it had to wait for its CPU quota. */
  readonly throttledSeconds: number;
}

/** Usage of a group by its path from the root, such as "docker/<id>". */
export function usageOf(group: string): CgroupUsage {
  return usageIn((controller) => {
    const folder =
      cgroupVersion() === 'v1' ? v1Path(controller, group) : join(hierarchies()[0]?.path ?? '/sys/fs/cgroup', group);
    return folder;
  });
}

/** Usage of the group in which a process is: of its container, seen from the host. */
export function usageOfProcess(pid: number): CgroupUsage {
  const groups = groupsIn(readFileSync(`/proc/${String(pid)}/cgroup`, 'utf8'));
  return usageIn((controller) => {
    if (cgroupVersion() === 'v2') return join(hierarchies()[0]?.path ?? '/sys/fs/cgroup', groups.get('') ?? '/');
    return v1Path(controller, groups.get(controller) ?? '/');
  });
}

/**
 * Folder of the group in which a process is, of one controller; it is there for as long as the group exists.
 * @throws LabError where the host has no such controller
 */
export function cgroupFolderOf(pid: number, controller: 'memory' | 'pids'): string {
  const groups = groupsIn(readFileSync(`/proc/${String(pid)}/cgroup`, 'utf8'));
  const folder =
    cgroupVersion() === 'v2'
      ? join(hierarchies()[0]?.path ?? '/sys/fs/cgroup', groups.get('') ?? '/')
      : v1Path(controller, groups.get(controller) ?? '/');
  if (folder === null) throw new LabError(`This host has no control groups of the controller ${controller}.`);
  return folder;
}

/** Controller -> group, from /proc/PID/cgroup (cgroups(7)); the unified tree's key is empty. */
export function groupsIn(text: string): Map<string, string> {
  const groups = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\d+:([^:]*):(.*)$/.exec(line);
    if (match === null) continue;
    for (const controller of (match[1] ?? '').split(',')) groups.set(controller, match[2] ?? '/');
  }
  return groups;
}

function usageIn(folderOf: (controller: string) => string | null): CgroupUsage {
  const read = (controller: string, file: string): string | null => {
    const folder = folderOf(controller);
    if (folder === null) return null;
    try {
      return readFileSync(join(folder, file), 'utf8').trim();
    } catch {
      return null;
    }
  };
  return usageFrom(cgroupVersion(), read);
}

/** The same from the files of a group, wherever they are read. */
export function usageFrom(version: CgroupVersion, read: Read): CgroupUsage {
  return version === 'v1' ? usageV1(read) : usageV2(read);
}

/** Content of a controller's file, trimmed; null where there is none. */
type Read = (controller: string, file: string) => string | null;

function usageV1(read: Read): CgroupUsage {
  const throttled = keyed(read('cpu', 'cpu.stat')).get('throttled_time');
  return {
    cpuSeconds: required(read('cpuacct', 'cpuacct.usage'), 'cpuacct.usage') / 1e9,
    memoryBytes: required(read('memory', 'memory.usage_in_bytes'), 'memory.usage_in_bytes'),
    memoryPeakBytes: optional(read('memory', 'memory.max_usage_in_bytes')),
    processes: required(read('pids', 'pids.current'), 'pids.current'),
    oomKills: keyed(read('memory', 'memory.oom_control')).get('oom_kill') ?? null,
    throttledSeconds: (throttled ?? 0) / 1e9,
  };
}

function usageV2(read: Read): CgroupUsage {
  const cpu = keyed(read('cpu', 'cpu.stat'));
  return {
    cpuSeconds: required(cpu.get('usage_usec')?.toString() ?? null, 'cpu.stat') / 1e6,
    memoryBytes: required(read('memory', 'memory.current'), 'memory.current'),
    memoryPeakBytes: optional(read('memory', 'memory.peak')),
    processes: required(read('pids', 'pids.current'), 'pids.current'),
    oomKills: keyed(read('memory', 'memory.events')).get('oom_kill') ?? null,
    throttledSeconds: (cpu.get('throttled_usec') ?? 0) / 1e6,
  };
}

/** Lines of "key number". */
export function keyed(text: string | null): Map<string, number> {
  const pairs = (text ?? '').split('\n').map((line) => line.split(' '));
  return new Map(pairs.flatMap(([key, value]) => (key && value ? [[key, Number(value)] as const] : [])));
}

function optional(text: string | null): number | null {
  return text === null || !/^\d+$/.test(text) ? null : Number(text);
}

function required(text: string | null, file: string): number {
  const value = optional(text);
  if (value === null)
    throw new LabError(`A control group has no readable ${file}; has its last process ended, and the group with it?`);
  return value;
}
