const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does the work, and takes off the signal handlers that it put on: vitest and vite end the process on the first signal,
 * while a run that is interrupted has yet to remove what it made and to seal its record.
 */
export async function withoutHandlers<T>(work: () => Promise<T>): Promise<T> {
  const before = signals.map((signal) => new Set(process.rawListeners(signal)));
  const result = await work();
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.rawListeners(signal)) {
      if (before[index]?.has(listener) !== true) process.off(signal, listener as NodeJS.SignalsListener);
    }
  }
  return result;
}
