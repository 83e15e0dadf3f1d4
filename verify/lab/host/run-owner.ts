import { mkdirSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOwner } from './lock.ts';
import { identityOf, isAlive } from './process.ts';
import { runRoot, runsRoot, scratchRoot, scratchesRoot } from '../places.ts';

/** `living`: its owner runs. `dead`: the owner is gone. `unknown`: no folder of a run says whose it is. */
export type RunState = 'living' | 'dead' | 'unknown';

const ownerFile = (root: string): string => join(root, 'owner.json');

/**
 * Notes that this process owns the run, unless one does already; by that the reaper tells dead runs from living ones.
 * True where the note is new: whoever made it removes it.
 */
export function noteOwner(runId: string): boolean {
  mkdirSync(runRoot(runId), { recursive: true, mode: 0o711 });
  try {
    writeFileSync(ownerFile(runRoot(runId)), JSON.stringify(identityOf(process.pid)), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes the note away, and the run's folders with it if nothing else is there. */
export function forgetOwner(runId: string): void {
  rmSync(ownerFile(runRoot(runId)), { force: true });
  for (const folder of [scratchRoot(runId), scratchesRoot(), runRoot(runId), runsRoot()]) {
    try {
      rmdirSync(folder);
    } catch {
      // Something else is in it, or it is gone.
    }
  }
}

/** Every place in which a run of any user of this machine may have its folder. */
function rootsOfAllUsers(): string[] {
  const below = (parent: string, pattern: RegExp): string[] => {
    try {
      return readdirSync(parent)
        .filter((name) => pattern.test(name))
        .map((name) => join(parent, name));
    } catch {
      return [];
    }
  };
  const runtimes = below('/run/user', /^\d+$/).flatMap((folder) => below(folder, /^bare-claims-/));
  return [
    ...new Set([runsRoot(), ...below('/run', /^bare-claims/), ...runtimes, ...below('/tmp', /^bare-claims-\d+$/)]),
  ];
}

export function runState(runId: string): RunState {
  const owners = rootsOfAllUsers()
    .map((root) => readOwner(ownerFile(join(root, runId))))
    .filter((owner) => owner !== null);
  if (owners.length === 0) return 'unknown';
  return owners.some(isAlive) ? 'living' : 'dead';
}
