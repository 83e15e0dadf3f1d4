import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BusyError } from '../errors.ts';
import { tryLock, type FileLock } from '../host/lock.ts';
import { unmountBelow } from '../host/mounts.ts';
import { forgetOwner, noteOwner } from '../host/run-owner.ts';
import { runRoot, runsRoot, scratchRoot } from '../places.ts';

export interface AcquireOptions {
  readonly runId: string;
  /** How long to wait for another run of this machine to end, in ms; default 0. Two at once would measure each other. */
  readonly waitMs?: number;
  /** Told once when waiting begins. */
  readonly log?: (sentence: string) => void;
}

/** The right to run on this machine, with the run's folders. Disposing it removes them. */
export interface AcquiredRun extends AsyncDisposable {
  readonly runId: string;
  readonly runRoot: string;
  readonly scratchRoot: string;
}

/** @throws BusyError where another run is under way and does not end in time. */
export async function acquireRun(options: AcquireOptions): Promise<AcquiredRun> {
  const { runId } = options;
  const lock = await waitForLock(options);
  noteOwner(runId);
  const [run, scratch] = [runRoot(runId), scratchRoot(runId)];
  mkdirSync(scratch, { recursive: true, mode: 0o711 });
  return {
    runId,
    runRoot: run,
    scratchRoot: scratch,
    [Symbol.asyncDispose]: async () => {
      for (const folder of [scratch, run]) {
        await unmountBelow(folder);
        rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      }
      lock[Symbol.dispose]();
      forgetOwner(runId);
    },
  };
}

async function waitForLock({ waitMs = 0, log }: AcquireOptions): Promise<FileLock> {
  const deadline = performance.now() + waitMs;
  let told = false;
  for (;;) {
    const attempt = tryLock(join(runsRoot(), 'lock'));
    if (attempt.held) return attempt.lock;
    const pid = String(attempt.owner.pid);
    if (performance.now() >= deadline) {
      throw new BusyError(
        `Another run is under way on this machine (process ${pid}); two at once would measure each other. ` +
          'Wait for it to end (--wait does), or end it with Ctrl-C where it runs.',
      );
    }
    if (!told) log?.(`waiting for another run on this machine to end (process ${pid})`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
