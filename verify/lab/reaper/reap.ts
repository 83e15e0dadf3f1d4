import type Docker from 'dockerode';
import { machineRemains } from './machine-remains.ts';
import type { Remain } from './remain.ts';
import { findLabelled } from '../engine/labelled.ts';
import type { Engine } from '../engine/types.ts';
import { whyNotLocal } from '../engine/facts.ts';
import { runState, type RunState } from '../host/run-owner.ts';

export interface ReapOptions {
  /** This run, whatever its state: at its own end, or when it is interrupted. Absent: every run whose owner is dead. */
  readonly runId?: string;
  /** An engine of someone else in which runs may have left something; a private one is found by itself. */
  readonly engine?: Engine | null;
}

export interface ReapReport {
  readonly removed: readonly string[];
  /** What could not be removed, each with the reason. */
  readonly failed: readonly string[];
}

/**
 * Removes what a run left; by default what dead runs left, as the first thing that a run does. Nothing is removed that
 * does not bear a run's id, and nothing of a run whose owner lives.
 */
export async function reap(options: ReapOptions = {}): Promise<ReapReport> {
  const { runId, engine = null } = options;
  const [removed, failed]: [string[], string[]] = [[], []];
  const unfinished = new Set<string>();
  // Each pass may bring to light what the one before hid: a process in a namespace, a mount in a folder.
  for (let pass = 0; pass < 2; pass += 1) {
    for (const remain of await remains(engine)) {
      if (runId === undefined ? !mayGo(remain, runState(remain.runId)) : remain.runId !== runId) continue;
      // The folder tells whose the rest is; it goes last, so that a later run can remove what this one could not.
      if (remain.isOwnersFolder === true && unfinished.has(remain.runId)) continue;
      try {
        await remain.remove();
        removed.push(remain.what);
      } catch (error) {
        unfinished.add(remain.runId);
        failed.push(`${remain.what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (removed.length === 0) break;
    unfinished.clear();
  }
  return { removed: [...new Set(removed)], failed: [...new Set(failed)] };
}

/** A run of which no folder tells: its folder went with a reboot; or it is a run of another machine on a shared engine. */
interface Judged extends Remain {
  readonly unknownMeansDead: boolean;
}

function mayGo({ unknownMeansDead }: Judged, state: RunState): boolean {
  return state === 'dead' || (state === 'unknown' && unknownMeansDead);
}

async function remains(engine: Engine | null): Promise<Judged[]> {
  const here = machineRemains().map((remain) => ({
    ...remain,
    // What a reboot ends, ends together with the run's folder: without one, it is no run's, or one of this moment.
    unknownMeansDead: remain.ownerless === true,
  }));
  if (engine === null || engine.private) return here;
  // Others may use an engine elsewhere: their runs' owners are processes of their machines.
  const unknownMeansDead = (await whyNotLocal(engine)) === null;
  const labelled = (await labelledRemains(engine.docker)).map((remain) => ({ ...remain, unknownMeansDead }));
  return [...labelled, ...here];
}

async function labelledRemains(docker: Docker): Promise<Remain[]> {
  return (await findLabelled(docker)).map((labelled) => ({
    runId: labelled.runId,
    what: `${labelled.kind} ${labelled.id.replace('sha256:', '').slice(0, 12)}`,
    remove: () => labelled.remove(),
  }));
}

/** What is still there of a run, as the end of each run asserts that nothing is. */
export async function leftovers(runId: string, engine: Engine | null = null): Promise<string[]> {
  return (await remains(engine)).filter((remain) => remain.runId === runId).map(({ what }) => what);
}
