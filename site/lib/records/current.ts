import type { Verdict } from '../../../verify/verdict/verdict.ts';
import type { ClaimRun, RunSummary } from './summary.ts';

/** One claim's outcome in one run, with the run's own facts. */
export interface Sighting {
  readonly of: ClaimRun;
  readonly run: RunSummary;
}

/** Everything known of a claim: what its page leads with, the newest of each host class, and all runs. */
export interface Standing {
  readonly current: Sighting | undefined;
  readonly byHostClass: readonly Sighting[];
  readonly history: readonly Sighting[];
  /** Verdicts of different host classes differ: the machine decides. */
  readonly split: boolean;
}

/**
 * A run in which the claim could not be run never displaces one in which it was. Of the rest the newest of each host
 * class counts, and the page leads with the class that can say most: hardware acceleration before emulation.
 *
 * @param runs newest first
 */
export function standingOf(claim: string, revision: number, runs: readonly RunSummary[]): Standing {
  const history = runs.flatMap((run) => {
    const of = run.claims.get(claim);
    return of === undefined ? [] : [{ of, run }];
  });
  const valid = history.filter(({ of }) => of.revision === revision);
  const newest = new Map<string, Sighting>();
  for (const sighting of valid) {
    const { key } = sighting.run.hostClass;
    const known = newest.get(key);
    if (known === undefined || (known.of.verdict === 'not-run' && sighting.of.verdict !== 'not-run')) {
      newest.set(key, sighting);
    }
  }
  const byHostClass = [...newest.values()].sort(byStanding);
  const said = new Set(byHostClass.map(({ of }) => of.verdict).filter(decides));
  return { current: byHostClass[0], byHostClass, history, split: said.size > 1 };
}

/** The other verdicts say something about the run, and nothing about the claim. */
export const decides = (verdict: Verdict): boolean => ['verified', 'refuted', 'mixed'].includes(verdict);

function byStanding(a: Sighting, b: Sighting): number {
  return (
    Number(a.of.verdict === 'not-run') - Number(b.of.verdict === 'not-run') ||
    a.run.hostClass.rank - b.run.hostClass.rank ||
    b.run.run.localeCompare(a.run.run)
  );
}

/** The newest run of each host class; the class that can say most comes first. */
export function newestByHostClass(runs: readonly RunSummary[]): readonly RunSummary[] {
  const newest = new Map<string, RunSummary>();
  for (const run of runs) if (!newest.has(run.hostClass.key)) newest.set(run.hostClass.key, run);
  return [...newest.values()].sort((a, b) => a.hostClass.rank - b.hostClass.rank);
}
