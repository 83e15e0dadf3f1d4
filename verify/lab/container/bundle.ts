import type { Subject } from '../subject.ts';

/** A container without an engine: an OCI bundle, run by the low-level runtime of the subject's own tree. */
export interface BundleOptions {
  /** Letters, digits and hyphens; unique on the subject. */
  readonly name: string;
  readonly command: readonly string[];
  /** It may write to the kernel's switches under /proc and /sys, as a privileged container may. */
  readonly privileged?: boolean;
  /** Added to the few that it has otherwise, as in "CAP_SYS_TIME". */
  readonly capabilities?: readonly string[];
  /** It may make and use device files of every kind. */
  readonly allDevices?: boolean;
  /** How many processes it may have. Default 64; null: as many as its machine, which must be a guest. */
  readonly pidsLimit?: number | null;
}

/**
 * Makes a bundle of the subject's static busybox and starts it in the background with namespaces and a cgroup of its
 * own; it keeps the subject's network. The configuration follows the OCI Runtime Specification 1.0.2 (config.md).
 */
export async function startBundle(subject: Subject, options: BundleOptions): Promise<void> {
  const folder = `/run/bundles/${options.name}`;
  await subject.exec(['sh', '-ec', layBundle, 'sh', folder]);
  await subject.exec(['sh', '-c', `cat > ${folder}/config.json`], { stdin: JSON.stringify(bundleConfig(options)) });
  await subject.exec(
    ['sh', '-ec', `runc run --detach --bundle ${folder} ${options.name} </dev/null >${folder}/log 2>&1`],
    { timeoutMs: 60_000 },
  );
}

/** Ends the container's process as a crash would, by a signal that it cannot handle. */
export async function crashBundle(subject: Subject, name: string): Promise<void> {
  await subject.exec(['runc', 'kill', name, 'KILL']);
}

const layBundle = `
mkdir -p "$1/rootfs/bin" "$1/rootfs/proc" "$1/rootfs/sys" "$1/rootfs/dev" "$1/rootfs/www"
cp /bin/busybox "$1/rootfs/bin/busybox"
for applet in sh httpd sleep echo cat; do ln -sf busybox "$1/rootfs/bin/$applet"; done
grep -q ' /sys/fs/cgroup ' /proc/mounts || mount -t cgroup2 cgroup2 /sys/fs/cgroup
`;

function bundleConfig(options: BundleOptions): object {
  const { name, command, privileged = false, capabilities: added = [], allDevices = false, pidsLimit = 64 } = options;
  const usual = privileged ? ['CAP_SYS_ADMIN', 'CAP_DAC_OVERRIDE', 'CAP_KILL'] : ['CAP_KILL'];
  const capabilities = [...usual, ...added];
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: command,
      env: ['PATH=/bin'],
      cwd: '/',
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges: !privileged,
    },
    root: { path: 'rootfs', readonly: false },
    hostname: name,
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=65536k'] },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: privileged ? [] : ['ro', 'nosuid', 'nodev'] },
    ],
    linux: {
      cgroupsPath: `/bundles/${name}`,
      resources: {
        ...(pidsLimit !== null && { pids: { limit: pidsLimit } }),
        ...(allDevices && { devices: [{ allow: true, access: 'rwm' }] }),
      },
      namespaces: ['pid', 'ipc', 'uts', 'mount', 'cgroup'].map((type) => ({ type })),
      maskedPaths: privileged ? [] : ['/proc/kcore', '/proc/keys', '/proc/timer_list'],
      readonlyPaths: privileged ? [] : ['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus', '/proc/fs'],
    },
  };
}
