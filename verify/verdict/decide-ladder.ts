import { findDrift } from '../statistics/drift.ts';
import { intervalOfSorted, samplesNeeded } from '../statistics/order-statistics.ts';
import { ascending } from '../statistics/quantile.ts';
import { ratioBound, withBound } from './bound.ts';
import { confidence, type JudgeContext } from './context.ts';
import { lowering } from './decide-number.ts';
import type { Bound, Series } from './evidence.ts';
import { floorWidth } from './noise-floor.ts';
import { settle } from './region.ts';
import type { Rule } from './rule.ts';
import type { Outcome } from './verdict.ts';

type Monotone = Extract<Rule, { kind: 'monotone' }>;

/**
 * Neighbouring rungs, taken in the same round, are compared pair by pair: how much the step, less the margin, is above
 * zero. It holds when the whole interval is above zero at every step (all must: no correction is needed). It fails when
 * one is wholly at or below zero, at a confidence shared out among the steps (Bonferroni), as any of them suffices.
 */
export function decideLadder(rule: Monotone, rungs: readonly Series[], context: JudgeContext): Outcome {
  const [first] = rungs;
  const odd = rungs.find(({ unit, quantity, clock }) =>
    first === undefined ? true : unit !== first.unit || quantity !== first.quantity || clock !== first.clock,
  );
  if (first === undefined || odd !== undefined) {
    return {
      kind: 'broken',
      because: `Rungs of a ladder must measure one quantity in one unit by one clock; "${odd?.subject ?? ''}" does not.`,
    };
  }
  if (rungs.some(({ samples }) => samples.length !== first.samples.length)) {
    return { kind: 'broken', because: 'Rungs of a ladder must have equally many samples, one a round.' };
  }
  const steps = rungs
    .slice(1)
    .map((next, index) => judgeStep(rule, rungs[index] ?? first, next, rungs.length - 1, context));
  const failed = steps.find(({ outcome }) => outcome === 'fails');
  if (failed !== undefined) return { kind: 'fails' };
  const open = steps.find(({ outcome }) => outcome === 'undecided');
  return open === undefined ? { kind: 'holds' } : { kind: 'undecided', because: open.because };
}

interface Step {
  readonly outcome: 'holds' | 'fails' | 'undecided';
  readonly because: string;
}

function judgeStep(rule: Monotone, from: Series, to: Series, steps: number, context: JudgeContext): Step {
  const [low, high] = rule.direction === 'rising' ? [from, to] : [to, from];
  const name = `the step from ${from.subject} to ${to.subject}`;
  const values = high.samples.map(({ value }, i) => value - (low.samples[i]?.value ?? NaN) * (1 + rule.margin));
  const sorted = ascending(values);
  const strict = intervalOfSorted(sorted, 0.5, confidence);
  const shared = intervalOfSorted(sorted, 0.5, 1 - (1 - confidence) / steps);
  const undecided = (because: string): Step => ({ outcome: 'undecided', because });
  if (strict === null) {
    return undecided(
      `For ${name} at least ${String(samplesNeeded(0.5, confidence))} rounds are needed; there were ${String(values.length)}.`,
    );
  }
  const rising = { from: 0, to: Infinity, includesFrom: false, includesTo: false };
  // Of a difference, what holds of the ratio: both positive, larger side over smaller.
  const bound: Bound = context.asMeasured === true ? 'exact' : ratioBound(high.bound, low.bound);
  const judge = (slack: number): Step['outcome'] => {
    const at = ([a, b]: readonly [number, number]) => settle(withBound([a - slack, b + slack], bound), rising);
    if (at(strict) === 'holds') return 'holds';
    return shared !== null && at(shared) === 'fails' ? 'fails' : 'undecided';
  };
  const outcome = judge(0);
  if (outcome === 'undecided') {
    return undecided(
      bound === 'exact'
        ? `The 95% interval of ${name} does not lie on one side of the margin.`
        : `What was measured of ${name} is no more than a bound under emulation (${bound}), which does not decide it.`,
    );
  }
  const drift = findDrift(values);
  if (drift !== null && judge(drift.size) !== outcome) {
    return undecided(
      `The samples drifted while they were taken (${drift.kind} in ${name}), enough to change the outcome.`,
    );
  }
  if (high.clock === 'none') return { outcome, because: '' };
  const doubts = high.clock === 'wall' ? lowering(context) : '';
  const noise = floorWidth(context.floor ?? [], high.clock, values.length);
  if (noise === null && doubts !== '') {
    return undecided(
      `The machine was disturbed (${doubts}) and its noise floor was not measured, so ${name} decides nothing.`,
    );
  }
  const middle = ascending(low.samples.map(({ value }) => Math.abs(value)))[Math.floor(low.samples.length / 2)] ?? 0;
  const stands = noise === null || judge(middle * (noise.factor - 1)) === outcome;
  const quiet = noise !== null && noise.factor < 1 + rule.margin && doubts === '';
  return stands || quiet
    ? { outcome, because: '' }
    : undecided(`On this machine noise alone could give ${name} (factor ${noise.factor.toPrecision(3)}).`);
}
