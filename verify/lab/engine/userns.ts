import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineLayout } from './layout.ts';

/** The account whose subordinate ids a remapped engine uses; every distribution has it. */
const account = 'nobody';
const firstId = 100_000;

/**
 * What an engine with remapped users needs and the machine may lack: entries in /etc/subuid and /etc/subgid. A read-only
 * overlay, in a mount namespace of the engine's own, shows it /etc with these two; the machine's /etc stays as it is.
 */
export function usernsRemapSetup(layout: EngineLayout): {
  readonly remap: string;
  readonly wrapper: readonly string[];
} {
  const folder = join(layout.folder, 'etc');
  mkdirSync(folder);
  for (const name of ['subuid', 'subgid']) writeFileSync(join(folder, name), `${account}:${String(firstId)}:65536\n`);
  const script = 'mount -t overlay -o "lowerdir=$0:/etc" overlay /etc && exec "$@"';
  return {
    remap: account,
    wrapper: ['unshare', '--mount', '--propagation', 'slave', '--', 'sh', '-c', script, folder],
  };
}
