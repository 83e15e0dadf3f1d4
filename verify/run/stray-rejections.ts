/**
 * Hears of promises that failed while nobody waited for them: a fault of ours, which must not end the process before
 * the run has removed what it made and sealed its record.
 */
export function strayRejections(onStray: (sentence: string) => void): Disposable {
  const listener = (reason: unknown): void => {
    onStray(`Something failed unheard: ${reason instanceof Error ? reason.message : String(reason)}`);
  };
  process.on('unhandledRejection', listener);
  return {
    [Symbol.dispose]: () => {
      process.off('unhandledRejection', listener);
    },
  };
}
