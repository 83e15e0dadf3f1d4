import type { ClaimRecord, RunRecord } from '../record/record.ts';

/** What a run waited for, in ms of wall-clock time; what it took besides is its overhead. */
export interface TimeSpent {
  /** Engine, images and guests, before checks could go on. */
  setUpMs: number;
  /** Subjects that checks made and removed. */
  subjectsMs: number;
  /** What subjects were asked to do, the noise floor included: work of host and container, against itself. */
  workMs: number;
  /** All of the stages' checks, from the start of each stage to its end. */
  checksMs: number;
}

/**
 * Adds what claims that ran together waited for. They share the clock: of the time of each only as much counts as if
 * all lanes had been busy throughout, so that overhead is rather too large than too small.
 */
export function addClaims(spent: TimeSpent, claims: readonly Pick<ClaimRecord, 'spent'>[], lanes: number): void {
  const share = 1 / Math.min(lanes, Math.max(1, claims.length));
  for (const claim of claims) {
    spent.subjectsMs += (claim.spent?.setUpMs ?? 0) * share;
    spent.workMs += (claim.spent?.workMs ?? 0) * share;
  }
}

/**
 * The account of a run that took so long: all that it did not wait for is overhead, the suite's own - starting processes,
 * judging, writing, waiting by the clock, cleaning up.
 */
export function timeSpent(spent: TimeSpent, totalMs: number): NonNullable<RunRecord['spent']> {
  const { setUpMs, subjectsMs, workMs } = spent;
  return { totalMs, ...spent, overheadMs: Math.max(0, totalMs - setUpMs - subjectsMs - workMs) };
}
