import { setTimeout as delay } from 'node:timers/promises';

/** What a check waits for: a subject being made or removed, or what it was asked to do. */
type Use = 'setUp' | 'work';

/** Wall-clock time by use, in ms of the monotonic clock; a moment counts once, as work where both go on. */
export interface Spent {
  readonly setUpMs: number;
  readonly workMs: number;
}

export interface Meter {
  /** Call the result when it is over. */
  begin(use: Use): () => void;
  spent(): Spent;
}

let running: Meter | null = null;

/** Starts the meter of this process, of which there is one: a process runs one check at a time. */
export function startMeter(): Meter {
  const open = { setUp: 0, work: 0 };
  const ms = { setUp: 0, work: 0 };
  let since = performance.now();
  const tick = (): void => {
    const now = performance.now();
    if (open.work > 0) ms.work += now - since;
    else if (open.setUp > 0) ms.setUp += now - since;
    since = now;
  };
  running = {
    begin: (use) => {
      tick();
      open[use] += 1;
      return () => {
        tick();
        open[use] -= 1;
      };
    },
    spent: () => {
      tick();
      return { setUpMs: ms.setUp, workMs: ms.work };
    },
  };
  return running;
}

/** What subjects do while somebody waits for them otherwise than by a command: it counts as their work. */
export const watched = <T>(work: Promise<T>): Promise<T> => timed('work', work);

/** What is made ready for subjects otherwise than by the lab itself: it counts as their set-up. */
export const prepared = <T>(making: Promise<T>): Promise<T> => timed('setUp', making);

async function timed<T>(use: Use, waitedFor: Promise<T>): Promise<T> {
  const end = running?.begin(use);
  try {
    return await waitedFor;
  } finally {
    end?.();
  }
}

/** Lets the subjects go on for so many milliseconds: the time over which they are observed. */
export function watch(ms: number): Promise<void> {
  return watched(delay(ms));
}
