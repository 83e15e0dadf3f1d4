import type { Engine, PrivateEngine } from './types.ts';
import { discoverEngine, type FailedAttempt } from './discover.ts';
import { startPrivateEngine } from './private.ts';
import { missingForPrivateEngine } from './private-needs.ts';
import { removeLabelled } from './labelled.ts';
import { NotHereError } from '../errors.ts';

/** The engine of a run. Disposing it ends a private one; in someone else's it removes what bears the run's label. */
export interface OpenedEngine extends AsyncDisposable {
  readonly engine: Engine;
  /** For people: where it was found, or that it is a private one. */
  readonly source: string;
  readonly failed: readonly FailedAttempt[];
  /** The same, where it is a private one. */
  readonly own: PrivateEngine | null;
}

/**
 * The engine that runs already or, on Linux as root, a private one.
 * @throws NotHereError with every address tried and what each said, and why there is no private one.
 */
export async function openEngine(runId: string): Promise<OpenedEngine> {
  const { engine, source, failed } = await discoverEngine(runId);
  if (engine !== null) {
    const dispose = async (): Promise<void> => {
      await removeLabelled(engine.docker, runId);
    };
    return { engine, source: source ?? 'found', failed, own: null, [Symbol.asyncDispose]: dispose };
  }
  const missing = missingForPrivateEngine();
  if (missing !== null) {
    const tried = failed.map(({ source: who, address, because }) => `  ${who} (${address}): ${because}`);
    const list = tried.length === 0 ? 'None was found running.' : `Tried:\n${tried.join('\n')}`;
    throw new NotHereError(`No container engine answers. ${missing}\n${list}`);
  }
  const own = await startPrivateEngine({ runId, data: 'kept' });
  return {
    engine: own,
    source: 'a private engine',
    failed,
    own,
    [Symbol.asyncDispose]: () => own.stop(),
  };
}
