import { intervalOfSorted } from '../statistics/order-statistics.ts';
import { ascending, quantileOfSorted } from '../statistics/quantile.ts';
import type { Stop } from '../verdict/evidence.ts';
import type { MeasureContext, Plan } from './measurement.ts';

/** A plan with nothing left open. */
export interface FullPlan {
  readonly warmups: number;
  readonly atLeast: number;
  readonly atMost: number;
  readonly precision: number | null;
}

export function fullPlan(
  plan: Plan,
  usualMost: number,
  { profile, rehearsal = false }: Pick<MeasureContext, 'profile' | 'rehearsal'>,
): FullPlan {
  // Once shows that it can be done; nothing is judged by it.
  if (rehearsal) return { warmups: 0, atLeast: 1, atMost: 1, precision: null };
  const atLeast = plan.atLeast ?? Math.min(10, plan.atMost ?? 10);
  const most = Math.max(atLeast, plan.atMost ?? usualMost);
  const atMost = profile === 'quick' ? Math.max(atLeast, Math.ceil(most / 2)) : most;
  return {
    warmups: plan.warmups ?? 1,
    atLeast,
    atMost,
    precision: plan.precision === undefined ? 0.05 : plan.precision,
  };
}

/**
 * Looks at precision only now and then, each time half as many samples later: every look is a chance to stop at an
 * interval that is narrow by luck.
 */
function isLook(taken: number, atLeast: number, step = 1): boolean {
  let look = roundUp(Math.max(atLeast, fewestForALook), step);
  while (look < taken) look = roundUp(look * 1.5, step);
  return look === taken;
}

const roundUp = (count: number, step: number): number => Math.ceil(count / step) * step;
const fewestForALook = 10;

/**
 * The interval that must be narrow enough is wider than the one that decides: among few samples of a two-peaked
 * quantity, the 95% interval may by chance lie within one peak, and stopping there would make the chance permanent.
 */
const lookConfidence = 0.99;

/** Width of the interval of the p-quantile, relative to its value; Infinity where there is none. */
export function relativeWidth(values: readonly number[], p = 0.5): number {
  const sorted = ascending(values);
  const interval = intervalOfSorted(sorted, p, lookConfidence);
  if (interval === null) return Infinity;
  const width = interval[1] - interval[0];
  return width === 0 ? 0 : width / Math.abs(quantileOfSorted(sorted, p));
}

/** Why to stop now, or null to go on. `width`: the widest of what is measured, computed only where it is looked at. */
export function stopNow(
  taken: number,
  plan: FullPlan,
  context: MeasureContext,
  width: () => number,
  step = 1,
): Stop | null {
  if (taken >= plan.atMost) return 'planned';
  if (context.signal.aborted && taken > 0) return 'cap';
  if (taken < plan.atLeast) return null;
  if (context.elapsedMs() >= context.capMs) return 'cap';
  return plan.precision !== null && isLook(taken, plan.atLeast, step) && width() <= plan.precision ? 'precision' : null;
}
