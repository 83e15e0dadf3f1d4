import { existsSync, readFileSync, readdirSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { endProcesses, identityOf } from '../host/process.ts';
import { ownGroup } from '../places.ts';

export type CgroupVersion = 'v1' | 'v2';

/** One mounted tree of control groups: a controller's on v1, the only one on v2. */
export interface Hierarchy {
  readonly controllers: readonly string[];
  readonly path: string;
}

/** v2 only where the unified hierarchy carries the controllers: a "hybrid" machine counts as v1, for its limits are. */
export function cgroupVersion(): CgroupVersion {
  return existsSync('/sys/fs/cgroup/cgroup.controllers') ? 'v2' : 'v1';
}

/** Trees in the text of /proc/mounts (proc_mounts(5)). */
export function hierarchiesIn(mounts: string): Hierarchy[] {
  return mounts.split('\n').flatMap((line) => {
    const [, path = '', type, options = ''] = line.split(' ');
    if (type === 'cgroup2') return [{ controllers: [], path }];
    if (type !== 'cgroup') return [];
    return [{ controllers: options.split(',').filter((option) => !['rw', 'ro', 'relatime'].includes(option)), path }];
  });
}

export function hierarchies(): Hierarchy[] {
  try {
    return hierarchiesIn(readFileSync('/proc/mounts', 'utf8'));
  } catch {
    return [];
  }
}

/** Where the group lies in the tree of one v1 controller; null where the kernel has no such controller. */
export function v1Path(controller: string, group: string): string | null {
  const tree = hierarchies().find(({ controllers }) => controllers.includes(controller));
  return tree === undefined ? null : join(tree.path, group);
}

/** The group's folders in all trees in which it exists. `group` is a path from the root, such as "bare-claims/x". */
export function foldersOf(group: string): string[] {
  return hierarchies()
    .map(({ path }) => join(path, group))
    .filter((folder) => existsSync(folder));
}

/** The group and the groups below it, innermost first. */
function withChildren(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
  return [...names.flatMap((name) => withChildren(join(folder, name))), folder];
}

/** Processes in the group and below, in any tree. */
function processesInGroup(group: string): number[] {
  const pids = foldersOf(group)
    .flatMap(withChildren)
    .flatMap((folder) => {
      try {
        return readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
      } catch {
        return [];
      }
    });
  return [...new Set(pids)].filter((pid) => pid > 0);
}

/** The kernel frees a group when its last process has been reaped; one with much memory takes its time to die. */
const patienceMs = 10_000;

/** Ends what runs in the group and below, and removes it from all trees. Returns the folders that were there. */
export async function removeGroup(group: string): Promise<string[]> {
  ownGroup(group);
  const folders = foldersOf(group);
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const pids = processesInGroup(group).filter((pid) => pid !== process.pid);
    if (pids.length > 0) await endProcesses(pids.map(identityOf), 0);
    for (const folder of folders.flatMap(withChildren)) removeEmpty(folder);
    if (foldersOf(group).length === 0 || performance.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  removeEmptyParents(group);
  return folders;
}

/** The groups above go too once nothing is left in them. */
function removeEmptyParents(group: string): void {
  for (let parent = dirname(group); parent !== '.' && parent !== '/'; parent = dirname(parent)) {
    for (const folder of foldersOf(parent)) removeEmpty(folder);
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Busy for a moment, or gone: the caller looks again.
  }
}
