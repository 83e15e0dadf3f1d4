import type { Verdict } from '../../../verify/verdict/verdict.ts';
import type { RunSummary } from './summary.ts';

export interface Difference {
  readonly claim: string;
  readonly from: Verdict | undefined;
  readonly to: Verdict | undefined;
}

/** Claims whose verdicts differ between two runs, by id; one that only one of them has counts as different. */
export function differences(before: RunSummary, after: RunSummary): readonly Difference[] {
  return [...new Set([...before.claims.keys(), ...after.claims.keys()])]
    .sort()
    .map((claim) => ({ claim, from: before.claims.get(claim)?.verdict, to: after.claims.get(claim)?.verdict }))
    .filter(({ from, to }) => from !== to);
}
