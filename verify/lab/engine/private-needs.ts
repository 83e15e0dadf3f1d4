import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const binaries = [
  'dockerd',
  'containerd',
  'containerd-shim-runc-v2',
  'runc',
  'docker-init',
  'ip',
  'nsenter',
  'iptables',
];

/** Why this machine cannot have a private engine, as a sentence with what to do; null where it can. */
export function missingForPrivateEngine(): string | null {
  if (process.platform !== 'linux')
    return 'A private container engine needs Linux; start Docker Desktop or set DOCKER_HOST.';
  if (process.getuid?.() !== 0)
    return 'A private container engine needs root; run with sudo, or start Docker and set DOCKER_HOST.';
  const missing = binaries.filter((name) => findBinary(name) === null);
  if (missing.length === 0) return null;
  return `A private container engine needs ${missing.join(', ')}, which this machine lacks; npm run doctor names the packages.`;
}

/** Path of a program, in the search path or in the folders that hold a system's own. */
export function findBinary(name: string): string | null {
  const folders = [
    ...(process.env['PATH'] ?? '').split(':'),
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
    '/usr/bin',
    '/bin',
  ];
  for (const folder of folders) {
    if (folder === '') continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
