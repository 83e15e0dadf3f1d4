/** Ctrl-C and its kin, as a signal that work can watch. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Turns SIGINT, SIGTERM and SIGHUP into an abort, so that the run ends by removing what it made. A second one ends the
 * process at once: the next run then removes what this one could not.
 */
export function interruption(say: (line: string) => void): Interruption {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(130);
    say(`${name}: stopping, and removing what this run made. Once more to leave that to the next run.`);
    controller.abort(new Error(name));
  };
  const names: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
