import type { Verdict } from '../../../verify/verdict/verdict.ts';
import type { RunSummary } from './summary.ts';

/** A verdict that differs from the one before it on the same kind of machine; the first has none before it. */
export interface Change {
  readonly claim: string;
  readonly from: Verdict | undefined;
  readonly to: Verdict;
  readonly summary: string;
  readonly run: RunSummary;
}

/**
 * Changes of published verdicts, newest first. A run in which a claim could not be run, or came out inconclusive, says
 * nothing new of it, and a local run is nobody else's business.
 *
 * @param runs newest first
 */
export function verdictChanges(runs: readonly RunSummary[]): readonly Change[] {
  const last = new Map<string, Verdict>();
  const changes: Change[] = [];
  for (const run of runs.toReversed()) {
    if (run.origin === 'local') continue;
    for (const { claim, verdict, summary } of run.claims.values()) {
      if (verdict === 'not-run' || verdict === 'inconclusive') continue;
      const key = `${claim} ${run.hostClass.key}`;
      const from = last.get(key);
      last.set(key, verdict);
      if (from !== verdict) changes.push({ claim, from, to: verdict, summary, run });
    }
  }
  return changes.reverse();
}
