import type { BoundedCgroup } from '../cgroup/bounded.ts';
import { LabError } from '../errors.ts';
import type { Subject } from '../subject.ts';

/** A wall that a hand-made container has, by what unshare(1) and nsenter(1) call it. */
export type Wall = 'mount' | 'pid' | 'net' | 'ipc' | 'uts' | 'cgroup';

const walls: readonly Wall[] = ['mount', 'pid', 'net', 'ipc', 'uts', 'cgroup'];

export interface HandMadeOptions {
  /** Folder of the host with an image's unpacked files; what the container writes stays in it. */
  readonly tree: string;
  /** Where its processes are counted and bounded, and ended when the group is disposed of. */
  readonly group: BoundedCgroup;
  /** The wall that it does without. */
  readonly without?: Wall;
}

/**
 * A container of namespaces and one control group, put together with unshare(1), mount(8) and pivot_root(8): no engine, no
 * runtime, and nothing of what they add. Its root is the host's root, with all capabilities. Needs root.
 */
export async function handMade({ tree, group, without }: HandMadeOptions): Promise<Subject> {
  const built = walls.filter((wall) => wall !== without);
  const flags = built.map((wall) => `--${wall}`);
  const inner = [
    ...(built.includes('mount') ? [moveIn] : []),
    ...(built.includes('uts') ? ['busybox hostname hand-made'] : []),
    'exec busybox sleep 600',
  ].join('\n');
  const start = `
    unshare --fork --kill-child ${flags.join(' ')} sh -ec "$0" sh "$1" </dev/null >/dev/null 2>&1 & parent=$!
    until p=$(cat "/proc/$parent/task/$parent/children") && [ "$(cat "/proc/\${p% }/comm" 2>/dev/null)" = busybox ]; do
      kill -0 "$parent" && sleep 0.02
    done
    echo "\${p% }"`;
  const { stdout } = await group.exec(['sh', '-ec', start, inner, tree], { timeoutMs: 10_000 });
  const pid = stdout.trim();
  if (!/^\d+$/.test(pid)) throw new LabError(`A container made by hand did not start: ${stdout}`);
  const enter = ['nsenter', '--target', pid, ...flags, '--root', '--wd', '--'];
  return {
    kind: 'host',
    label: without === undefined ? 'made by hand' : `made by hand, without ${without}`,
    emulated: false,
    exec: (command, options) => group.exec([...enter, ...command], options),
  };
}

/** What a container's runtime does with its mount namespace (pivot_root(2)). */
const moveIn = `
  mount --bind "$1" "$1"
  cd "$1"
  mkdir -p old
  mount -t proc proc proc
  mount -t sysfs -o ro sys sys
  mount -t tmpfs -o mode=755 dev dev
  mknod -m 666 dev/null c 1 3
  mknod -m 666 dev/zero c 1 5
  pivot_root . old
  cd /
  busybox umount -l /old`;
