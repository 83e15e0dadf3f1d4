/** A container of a machine that a guest plays, as a low-level runtime is told of it. Default: what engines grant. */
export interface OciOptions {
  /** Letters, digits and hyphens; unique on the machine. */
  readonly name: string;
  /** Default 0. */
  readonly user?: number;
  /** Default: the fourteen that Docker's documentation lists. */
  readonly capabilities?: readonly string[];
  readonly noNewPrivileges?: boolean;
  readonly readOnlyRootfs?: boolean;
  /** The machine's own processes are visible. */
  readonly hostPid?: boolean;
  /** Every device may be opened, and nothing of /proc and /sys is hidden or read-only. */
  readonly unmasked?: boolean;
  /** Default true: `blockedCalls` are refused. */
  readonly seccomp?: boolean;
  /** A profile that the machine's kernel has loaded. */
  readonly apparmorProfile?: string;
  /** Folders of the machine: [its path, the container's path, "ro" or "rw"]. */
  readonly binds?: readonly (readonly [string, string, 'ro' | 'rw'])[];
}

/** Docker's default capabilities (its documentation, "Runtime privilege and Linux capabilities"). */
export const defaultCapabilities: readonly string[] = [
  ...['CAP_AUDIT_WRITE', 'CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER', 'CAP_FSETID', 'CAP_KILL', 'CAP_MKNOD'],
  ...['CAP_NET_BIND_SERVICE', 'CAP_NET_RAW', 'CAP_SETFCAP', 'CAP_SETGID', 'CAP_SETPCAP', 'CAP_SETUID'],
  'CAP_SYS_CHROOT',
];

/** Every capability of Linux 5.9 and later, in the order of capability.h. */
export const allCapabilities: readonly string[] = [
  ...['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_DAC_READ_SEARCH', 'CAP_FOWNER', 'CAP_FSETID', 'CAP_KILL', 'CAP_SETGID'],
  ...['CAP_SETUID', 'CAP_SETPCAP', 'CAP_LINUX_IMMUTABLE', 'CAP_NET_BIND_SERVICE', 'CAP_NET_BROADCAST'],
  ...['CAP_NET_ADMIN', 'CAP_NET_RAW', 'CAP_IPC_LOCK', 'CAP_IPC_OWNER', 'CAP_SYS_MODULE', 'CAP_SYS_RAWIO'],
  ...['CAP_SYS_CHROOT', 'CAP_SYS_PTRACE', 'CAP_SYS_PACCT', 'CAP_SYS_ADMIN', 'CAP_SYS_BOOT', 'CAP_SYS_NICE'],
  ...['CAP_SYS_RESOURCE', 'CAP_SYS_TIME', 'CAP_SYS_TTY_CONFIG', 'CAP_MKNOD', 'CAP_LEASE', 'CAP_AUDIT_WRITE'],
  ...['CAP_AUDIT_CONTROL', 'CAP_SETFCAP', 'CAP_MAC_OVERRIDE', 'CAP_MAC_ADMIN', 'CAP_SYSLOG', 'CAP_WAKE_ALARM'],
  ...['CAP_BLOCK_SUSPEND', 'CAP_AUDIT_READ', 'CAP_PERFMON', 'CAP_BPF', 'CAP_CHECKPOINT_RESTORE'],
];

/** System calls that Docker's documentation names as blocked by its default profile and that reach out of a container. */
const blockedCalls = [
  ...['mount', 'umount2', 'move_mount', 'open_tree', 'fsopen', 'fsmount', 'pivot_root', 'open_by_handle_at', 'setns'],
  ...['unshare', 'bpf', 'perf_event_open', 'init_module', 'finit_module', 'delete_module', 'kexec_load', 'reboot'],
  ...[
    'add_key',
    'keyctl',
    'request_key',
    'swapon',
    'swapoff',
    'settimeofday',
    'clock_settime',
    'acct',
    'iopl',
    'ioperm',
  ],
];

/** Where a container's root folder lies on the machine. */
export const ociRootfs = '/var/lib/bundles/rootfs';

/** The configuration by the OCI Runtime Specification 1.0.2 (config.md, config-linux.md). */
export function ociConfig(options: OciOptions, args: readonly string[]): object {
  const { user = 0, capabilities = defaultCapabilities, unmasked = false } = options;
  // As engines do it: the bounding set says what may be gained, and only root starts with it.
  const held = user === 0 ? capabilities : [];
  const system = ['nosuid', 'noexec', 'nodev'];
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: user, gid: user },
      args,
      env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
      cwd: '/',
      capabilities: { bounding: capabilities, effective: held, permitted: held },
      noNewPrivileges: options.noNewPrivileges ?? false,
      ...(options.apparmorProfile === undefined ? {} : { apparmorProfile: options.apparmorProfile }),
    },
    root: { path: ociRootfs, readonly: options.readOnlyRootfs ?? false },
    hostname: options.name,
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
      { destination: '/sys', type: 'sysfs', source: 'sysfs', options: unmasked ? system : ['ro', ...system] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['mode=1777', 'size=1m'] },
      ...(options.binds ?? []).map(([source, destination, mode]) => ({
        destination,
        type: 'bind',
        source,
        options: ['rbind', mode],
      })),
    ],
    linux: {
      cgroupsPath: `/bundles/${options.name}`,
      resources: { pids: { limit: 128 }, devices: unmasked ? [{ allow: true, access: 'rwm' }] : engineDevices },
      namespaces: ['ipc', 'uts', 'mount', ...(options.hostPid === true ? [] : ['pid'])].map((type) => ({ type })),
      maskedPaths: unmasked ? [] : ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/sys/firmware'],
      readonlyPaths: unmasked ? [] : ['/proc/sys', '/proc/sysrq-trigger', '/proc/irq', '/proc/bus', '/proc/fs'],
      ...(options.seccomp === false ? {} : { seccomp: seccomp() }),
    },
  };
}

/** Any device file may be made, none but the harmless may be opened; the runtime adds null, zero, tty and the like. */
const engineDevices = [
  { allow: false, access: 'rwm' },
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
];

function seccomp(): object {
  return {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
    syscalls: [{ names: blockedCalls, action: 'SCMP_ACT_ERRNO', errnoRet: 1 }],
  };
}
