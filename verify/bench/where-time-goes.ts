import type { RunRecord } from '../record/record.ts';

/** Shares of a run's wall-clock time, in seconds. */
export interface WhereTimeGoes {
  readonly totalSeconds: number;
  /** Waited for engine, images and guests before checks could go on. */
  readonly setUpSeconds: number;
  /** Checks: waited for subjects being made or removed, and for what they were asked to do. */
  readonly subjectsSeconds: number;
  readonly workSeconds: number;
  /** All the rest, which is ours: starting processes, judging, writing, waiting by the clock, cleaning up. */
  readonly overheadSeconds: number;
}

/**
 * Takes a record apart. Claims that ran side by side share the clock: of their time only as much counts as if all lanes
 * had been busy throughout, so that overhead is rather too large than too small.
 * @param runsAlone whether a claim was the only one at its time
 * @throws Error for a record without times: an older, resumed or merged one
 */
export function whereTimeGoes(
  { spent, claims }: Pick<RunRecord, 'spent' | 'claims'>,
  runsAlone: (id: string) => boolean,
  lanes: number,
): WhereTimeGoes {
  if (spent === undefined) throw new Error('The record does not say how long its run took. Make a new one.');
  // The floor is work of host and container, against itself.
  let [subjects, work] = [0, spent.floorMs ?? 0];
  for (const claim of claims) {
    const share = runsAlone(claim.id) ? 1 : 1 / lanes;
    subjects += (claim.spent?.setUpMs ?? 0) * share;
    work += (claim.spent?.workMs ?? 0) * share;
  }
  return {
    totalSeconds: spent.totalMs / 1000,
    setUpSeconds: spent.setUpMs / 1000,
    subjectsSeconds: subjects / 1000,
    workSeconds: work / 1000,
    overheadSeconds: Math.max(0, spent.totalMs - spent.setUpMs - subjects - work) / 1000,
  };
}
