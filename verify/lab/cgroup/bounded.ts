import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blockDeviceBelow } from './block-device.ts';
import { cgroupVersion, hierarchies, removeGroup, v1Path } from './hierarchy.ts';
import { limitFiles, type Limits } from './limits.ts';
import { usageOf, type CgroupUsage } from './usage.ts';
import { LabError, NotHereError } from '../errors.ts';
import { ownName } from '../places.ts';
import { hostSubject } from '../host/subject.ts';
import type { ExecOptions, ExecResult, Subject } from '../subject.ts';

export interface BoundedOptions extends Limits {
  readonly runId: string;
  readonly label?: string;
  /** Folder on the disk to which the disk limits apply. */
  readonly diskOf?: string;
  /** Inside of which group it lies. Where v2 counts, a group with groups inside has no processes of its own. */
  readonly parent?: Pick<BoundedCgroup, 'group'>;
}

/** A control group of the host with limits, without a container: work in it is bounded and accounted, nothing else. */
export interface BoundedCgroup extends Subject, AsyncDisposable {
  readonly kind: 'host';
  /** From the root of each tree, such as "bare-claims/.../b1a2b3". */
  readonly group: string;
  exec(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** Moves a process in; what it started before stays where it is. */
  addProcess(pid: number): void;
  usage(): CgroupUsage;
}

/** Makes a group. Disposing it ends what runs inside. Needs root. */
export async function boundedCgroup(options: BoundedOptions): Promise<BoundedCgroup> {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') {
    throw new NotHereError('Making control groups needs root on Linux; run with sudo.');
  }
  const { runId, label = 'host, bounded', parent } = options;
  const group = `${parent?.group ?? `${ownName}/${runId}`}/b${randomBytes(4).toString('hex')}`;
  try {
    makeGroup(group);
    setLimits(group, options);
  } catch (error) {
    await removeGroup(group);
    throw error;
  }
  const host = hostSubject({ runId, label });
  const members = memberFiles(group);
  // The shell moves itself in and then becomes the command, so that no instruction of the command runs outside.
  const enter = ['sh', '-c', `${members.map((file) => `echo $$ > '${file}'`).join(' && ')} && exec "$@"`, 'sh'];
  return {
    ...host,
    group,
    exec: (command, execOptions) => host.exec([...enter, ...command], execOptions),
    addProcess: (pid) => {
      for (const file of members) writeFileSync(file, String(pid));
    },
    usage: () => usageOf(group),
    [Symbol.asyncDispose]: async () => {
      await removeGroup(group);
    },
  };
}

const v1Controllers = ['memory', 'cpu', 'cpuacct', 'pids', 'blkio'] as const;
const v2Controllers = ['memory', 'cpu', 'pids', 'io'] as const;

function makeGroup(group: string): void {
  if (cgroupVersion() === 'v1') {
    for (const controller of v1Controllers) {
      const path = v1Path(controller, group);
      if (path !== null) mkdirSync(path, { recursive: true });
    }
    return;
  }
  // A controller works in a group only if every group above hands it down.
  const root = hierarchies()[0]?.path ?? '/sys/fs/cgroup';
  let parent = root;
  for (const part of group.split('/')) {
    for (const controller of v2Controllers) handDown(parent, controller);
    parent = join(parent, part);
    mkdirSync(parent, { recursive: true });
  }
}

function handDown(folder: string, controller: string): void {
  try {
    writeFileSync(join(folder, 'cgroup.subtree_control'), `+${controller}`);
  } catch {
    // Not available here: setting a limit of it says so.
  }
}

function folderOf(group: string, controller: string): string | null {
  return cgroupVersion() === 'v1' ? v1Path(controller, group) : join(hierarchies()[0]?.path ?? '/sys/fs/cgroup', group);
}

function memberFiles(group: string): string[] {
  const folders = cgroupVersion() === 'v1' ? v1Controllers.map((one) => folderOf(group, one)) : [folderOf(group, '')];
  // Controllers may share a tree ("cpu,cpuacct").
  return [...new Set(folders.filter((folder) => folder !== null))].map((folder) => join(folder, 'cgroup.procs'));
}

function setLimits(group: string, options: BoundedOptions): void {
  const disk = options.diskOf === undefined ? null : blockDeviceBelow(statSync(options.diskOf).dev, options.diskOf);
  for (const { controller, file, value, optional } of limitFiles(cgroupVersion(), options, disk?.number ?? null)) {
    const folder = folderOf(group, controller);
    const path = folder === null ? null : join(folder, file);
    if (path === null || !existsSync(path)) {
      if (optional) continue;
      throw new NotHereError(`This kernel cannot limit this with control groups: ${controller} has no ${file}.`);
    }
    try {
      writeFileSync(path, value);
    } catch (cause) {
      if (optional) continue;
      throw new LabError(`Writing "${value}" to ${file} of a control group failed: ${String(cause)}`, { cause });
    }
  }
}
