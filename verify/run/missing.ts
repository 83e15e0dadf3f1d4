import type { RunContext } from '../check/run-context.ts';

export type Missing = RunContext['missing'];

/** What no set-up can change: who runs the suite, and on which kind of system. */
export function missingByNature(): Missing {
  const missing: Missing = {};
  const rootless = process.getuid?.() !== 0;
  if (rootless) {
    missing.root = 'It needs root; run with sudo.';
    missing['network-namespaces'] = 'Making network namespaces needs root; run with sudo.';
  }
  if (process.platform !== 'linux') {
    missing['network-namespaces'] = 'Network namespaces are a feature of Linux.';
    missing['local-host'] = 'Containers do not run on this machine itself but in a virtual machine on it.';
  }
  return missing;
}
