import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from './process.ts';

/** A file that names the process that holds it; worthless once that process is dead, so a crash locks nothing out. */
export interface FileLock extends Disposable {
  readonly path: string;
}

export type LockAttempt =
  { readonly held: true; readonly lock: FileLock } | { readonly held: false; readonly owner: ProcessIdentity };

/** Takes the lock if nobody alive has it. */
export function tryLock(path: string): LockAttempt {
  mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
  const me = identityOf(process.pid);
  const mine = `${path}.${String(me.pid)}-${String(performance.now())}`;
  writeFileSync(mine, JSON.stringify(me), { mode: 0o600 });
  try {
    for (;;) {
      try {
        // link(2) is atomic and refuses an existing name, on every file system.
        linkSync(mine, path);
        return {
          held: true,
          lock: {
            path,
            [Symbol.dispose]: () => {
              unlock(path, me);
            },
          },
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = readOwner(path);
      if (owner !== null && isAlive(owner)) return { held: false, owner };
      discardStale(path, mine);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

export function readOwner(path: string): ProcessIdentity | null {
  try {
    const { pid, start } = JSON.parse(readFileSync(path, 'utf8')) as Partial<ProcessIdentity>;
    return typeof pid === 'number' ? { pid, start: typeof start === 'string' ? start : null } : null;
  } catch {
    return null;
  }
}

/** Moves the stale lock aside before judging it again: another process may have replaced it since it was read. */
function discardStale(path: string, mine: string): void {
  const aside = `${mine}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const owner = readOwner(aside);
  if (owner !== null && isAlive(owner)) {
    try {
      linkSync(aside, path);
    } catch {
      // A third process took it meanwhile.
    }
  }
  rmSync(aside, { force: true });
}

function unlock(path: string, me: ProcessIdentity): void {
  const owner = readOwner(path);
  if (owner?.pid === me.pid && owner.start === me.start) rmSync(path, { force: true });
}
