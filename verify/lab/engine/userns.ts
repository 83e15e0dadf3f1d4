import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import type { EngineLayout } from './layout.ts';
import { LabError } from '../errors.ts';

/** The account whose subordinate ids a remapped engine uses; every distribution has it. */
const account = 'nobody';
const firstId = 100_000;

/** The engine's `--userns-remap`, and the command that runs the daemons where it holds. */
export interface UsernsRemap {
  readonly remap: string;
  readonly wrapper: readonly string[];
}

/**
 * What an engine with remapped users needs and the machine may lack: entries in /etc/subuid and /etc/subgid. An overlay,
 * in a mount namespace of the engine's own, shows it /etc with these two, and takes what the engine writes there (its
 * key, where the machine has none); the machine's /etc stays as it is.
 */
export async function usernsRemapSetup(layout: EngineLayout): Promise<UsernsRemap> {
  // "nogroup" on Debian, "nobody" on Fedora and Arch.
  const { stdout: group } = await execa('id', ['-gn', account]);
  const folder = join(layout.folder, 'etc');
  mkdirSync(folder);
  const ranges = [...new Set([account, group])].map((name) => `${name}:${String(firstId)}:65536\n`).join('');
  for (const name of ['subuid', 'subgid']) writeFileSync(join(folder, name), ranges);
  mkdirSync(join(layout.folder, 'etc-work'));
  const script = 'mount -t overlay -o "lowerdir=/etc,upperdir=$0,workdir=$0-work" overlay /etc && exec "$@"';
  return {
    remap: `${account}:${group}`,
    wrapper: ['unshare', '--mount', '--propagation', 'slave', '--', 'sh', '-c', script, folder],
  };
}

/**
 * Resolves when the process that the wrapper became sees the entries: before, whoever enters its mount namespace would
 * find the machine's own /etc.
 * @throws LabError after the deadline
 */
export async function untilRemapped(pid: number, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (subordinateIds(pid).includes(`${account}:${String(firstId)}:`)) return;
    if (performance.now() > deadline) {
      throw new LabError(
        `The remapping engine's own /etc was not there within ${String(timeoutMs)} ms. Can this kernel mount an overlay on /etc?`,
      );
    }
    await delay(10);
  }
}

function subordinateIds(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/root/etc/subuid`, 'utf8');
  } catch {
    return '';
  }
}
