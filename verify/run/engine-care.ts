import type { Ready } from './prepare.ts';
import type { Progress } from './progress.ts';
import { withoutPaths } from '../check/without-paths.ts';
import { runToCompletion } from '../lab/container/run-to-completion.ts';
import { dockerClient } from '../lab/engine/attach.ts';
import { engineLastWords } from '../lab/engine/last-words.ts';
import { importTree } from '../lab/engine/image.ts';
import type { Engine } from '../lab/engine/types.ts';
import { cacheRoot } from '../lab/places.ts';
import { buildTree } from '../lab/rootfs/tree.ts';
import type { Warning } from '../measure/warning.ts';
import type { ClaimRecord } from '../record/record.ts';

/** How long the least that an engine can do may take, in ms: far longer than it takes on a busy machine. */
const patienceMs = 20_000;

export interface Renewal {
  /** Claims that came out broken while the engine was beyond use. */
  readonly again: readonly string[];
  readonly warning: Warning;
}

/**
 * An engine of our own that hangs (dockerd and the kernel below it have their deadlocks) must not take with it what is
 * left of the run. Where one of these claims has something broken, the engine is asked for the least that it can do; if it
 * cannot, it is ended and started anew. Null where there was nothing to do: a check that is broken by itself stays so.
 */
export async function renewEngineIfDead(
  records: readonly ClaimRecord[],
  { own }: Ready,
  progress: Progress,
): Promise<Renewal | null> {
  const struck = records.filter(({ findings }) => findings.some(({ outcome }) => outcome.kind === 'broken'));
  if (own === null || struck.length === 0) return null;
  const because = await whyDead(own.engine);
  if (because === null) return null;
  const names = struck.map(({ id }) => id).join(', ');
  const finish = progress.step(`the container engine could run nothing any more after ${names}: starting it anew`);
  const said = await engineLastWords(own.engine);
  progress.say(`${because}\n${said}`);
  const failed = await own.renew().then(() => null, messageOf);
  finish(failed ?? 'it answers');
  return {
    again: failed === null ? struck.filter(({ verdict }) => verdict === 'broken').map(({ id }) => id) : [],
    warning: {
      what: 'container engine',
      value: `ended or hung, and ${failed === null ? 'was' : 'could not be'} started anew`,
      advice: withoutPaths(`It could run nothing any more after ${names}. ${because}`).slice(0, 1000),
      lowers: false,
    },
  };
}

/** Null for an engine that runs a container to its end. */
async function whyDead(engine: Engine): Promise<string | null> {
  const hurried = { ...engine, docker: dockerClient(engine.socketPath, patienceMs) };
  try {
    const image = await importTree(hurried, await buildTree('bare', { cacheRoot: cacheRoot() }));
    await runToCompletion(hurried, { image, command: ['true'], network: 'none', timeoutMs: patienceMs });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
