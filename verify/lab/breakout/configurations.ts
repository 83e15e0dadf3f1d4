import { allCapabilities, defaultCapabilities, type OciOptions } from '../container/oci-config.ts';

/** How much a container is given. */
export type Grant = Omit<OciOptions, 'name'>;

/** A user without any right of its own, as images have it that do not run as root. */
const ordinaryUser = 1000;
export const asOrdinaryUser: Grant = { user: ordinaryUser };

/** The machine's own root folder, shared writable, as if by mistake. */
const systemFolder = ['/root', '/machine', 'rw'] as const;

/** Ways in which containers are commonly given too much, each named for what it grants. All run as root. */
export const misconfigurations = {
  'added-capability': { capabilities: [...defaultCapabilities, 'CAP_SYS_ADMIN'], seccomp: false },
  'read-search': { capabilities: [...defaultCapabilities, 'CAP_DAC_READ_SEARCH'], seccomp: false },
  'host-pid': { capabilities: [...defaultCapabilities, 'CAP_SYS_PTRACE'], hostPid: true },
  'system-folder': { binds: [systemFolder] },
  privileged: { capabilities: allCapabilities, unmasked: true, seccomp: false },
} as const satisfies Record<string, Grant>;

/** Everything at once: the worst that a command line can ask for. */
export const everything: Grant = { ...misconfigurations.privileged, hostPid: true, binds: [systemFolder] };

/** What an engine grants where nobody asks for anything. */
export const engineDefault: Grant = {};

/** Not root, no capability to gain, nothing to write to. */
export const hardened: Grant = {
  ...asOrdinaryUser,
  capabilities: [],
  noNewPrivileges: true,
  readOnlyRootfs: true,
};
