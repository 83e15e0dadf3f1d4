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
  return {
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
}

/**
 * The lab, or something that it made, with its asynchronous methods on the meter. What a check does with the engine's
 * client or a server's port by itself is not seen, and counts as the check's own time.
 */
export function metered<T extends object>(thing: T, meter: Meter): T {
  return new Proxy(thing, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return isSubject(value) ? metered(value, meter) : value;
      const use = isSubject(target) && key !== Symbol.asyncDispose ? 'work' : 'setUp';
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args);
        if (!(result instanceof Promise)) return result;
        const end = meter.begin(use);
        return result.finally(end).then((made: unknown) => (isMade(made) ? metered(made, meter) : made));
      };
    },
  });
}

const isSubject = (value: unknown): value is object => isObject(value) && 'exec' in value;
const isMade = (value: unknown): value is object => isObject(value) && Symbol.asyncDispose in value;
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
