/** The end of a check's time, or of the run's: whichever comes first. */
export interface TimeLimit extends Disposable {
  readonly signal: AbortSignal;
  /** Rejects, with the signal's reason, when the end comes; never resolves. */
  readonly reached: Promise<never>;
}

/** @param interrupted ends the check before its time */
export function timeLimit(seconds: number, interrupted: AbortSignal): TimeLimit {
  const controller = new AbortController();
  const { signal } = controller;
  const late = new Error(`time ran out: the check may take ${String(seconds)} s`);
  const timer = setTimeout(() => {
    controller.abort(late);
  }, seconds * 1000);
  const stop = (): void => {
    controller.abort(interrupted.reason);
  };
  if (interrupted.aborted) stop();
  interrupted.addEventListener('abort', stop, { once: true });
  const { promise: reached, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => {
    reject(late);
  });
  if (signal.aborted) reject(late);
  // Where the check ended first, nobody waits.
  reached.catch(() => undefined);
  return {
    signal,
    reached,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      interrupted.removeEventListener('abort', stop);
    },
  };
}

/** Waits for the work, and no longer than so many milliseconds. @throws the given error where it is not done by then */
export async function noLongerThan<T>(work: PromiseLike<T>, ms: number, late: Error): Promise<T> {
  const { promise: reached, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(late);
  }, ms);
  try {
    return await Promise.race([work, reached]);
  } finally {
    clearTimeout(timer);
  }
}
