const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'unhandledRejection'];

/**
 * Does the work, and takes off the handlers that it put on the process: vitest and vite end it on the first signal and on
 * a promise that nobody waited for, while a run has yet to remove what it made and to seal its record.
 */
export async function withoutHandlers<T>(work: () => Promise<T>): Promise<T> {
  const before = new Map(events.map((event) => [event, new Set(process.rawListeners(event))]));
  const result = await work();
  for (const [event, known] of before) {
    for (const listener of process.rawListeners(event)) {
      if (!known.has(listener)) process.off(event, listener as (...args: unknown[]) => void);
    }
  }
  return result;
}
