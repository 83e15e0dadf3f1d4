import { findDrift, type Drift } from '../statistics/drift.ts';
import { intervalOfSorted, samplesNeeded } from '../statistics/order-statistics.ts';
import { ascending, quantileOfSorted } from '../statistics/quantile.ts';
import { withBound } from './bound.ts';
import { confidence, type JudgeContext } from './context.ts';
import type { Estimate } from './evidence.ts';
import { formatInterval, formatValue } from './format.ts';
import { floorWidth } from './noise-floor.ts';
import type { Reading } from './reading.ts';
import { edges, mapRegion, settle, type Region } from './region.ts';
import type { Outcome } from './verdict.ts';

type Interval = readonly [number, number];

/** Compares a number's whole interval with the rule's region, after all that may widen or bound it. */
export function decideNumber(reading: Reading, context: JudgeContext): Outcome {
  // Ratios are judged by their logarithms, in which multiplying is adding and swapping subjects changes the sign.
  const toScale = reading.scale === 'ratio' ? Math.log : (x: number) => x;
  const fromScale = reading.scale === 'ratio' ? Math.exp : (x: number) => x;
  const region = mapRegion(reading.region, toScale);
  const values = reading.values.map(toScale);
  const sorted = ascending(values);
  const interval: Interval | null = reading.exact
    ? [sorted[0] ?? NaN, sorted[0] ?? NaN]
    : intervalOfSorted(sorted, reading.p, confidence);
  const back = ([low, high]: Interval): [number, number] => [fromScale(low), fromScale(high)];

  const estimate = (method: string): { estimate?: Estimate } =>
    sorted.length === 0
      ? {}
      : {
          estimate: {
            value: fromScale(quantileOfSorted(sorted, reading.p)),
            interval: interval === null ? null : back(interval),
            confidence,
            unit: reading.unit,
            bound: reading.bound,
            n: values.length,
            what: reading.what,
            method,
          },
        };
  const method = reading.exact ? 'exact' : 'order statistics, binomial';
  const undecided = (because: string): Outcome => ({ kind: 'undecided', because, ...estimate(method) });

  if (interval === null) return undecided(tooFew(reading));
  const judge = (candidate: Interval) => settle(withBound(candidate, reading.bound), region);
  const outcome = judge(interval);
  const shown = formatInterval(back(interval), reading.unit);
  if (outcome === 'undecided') {
    const measured = settle(interval, region);
    return undecided(
      measured === 'undecided'
        ? `The 95% interval of the ${reading.what}, ${shown}, does not lie on one side of ${edgeText(reading)}.`
        : limited(reading, shown, context),
    );
  }
  if (reading.exact) return { kind: outcome, ...estimate(method) };

  const drift = findDrift(finite(values));
  if (drift !== null && judge(widened(interval, drift.size)) !== outcome) {
    return undecided(drifted(drift, reading, fromScale));
  }
  const noise = noiseReason(reading, interval, region, context, (candidate) => judge(candidate) === outcome);
  if (noise !== null) return undecided(noise);
  const note = drift === null ? '' : `; a ${drift.kind} was seen, too small to change the outcome`;
  return { kind: outcome, ...estimate(method + note) };
}

const widened = ([low, high]: Interval, by: number): Interval => [low - by, high + by];

function tooFew({ p, values, what, scale, cappedByTime }: Reading): string {
  const unit = scale === 'ratio' ? 'pairs' : 'samples';
  const cause = cappedByTime ? ', when time ran out' : '';
  return `The ${what} needs at least ${String(samplesNeeded(p, confidence))} ${unit} to have a 95% interval; there were ${String(values.length)}${cause}.`;
}

function edgeText({ region, unit }: Reading): string {
  return edges(region)
    .map((edge) => formatValue(edge, unit))
    .join(' and ');
}

/** Decided by the numbers alone, and not by what they say of the truth. */
function limited(
  { bound, what, emulated, region, unit, clock }: Reading,
  shown: string,
  context: JudgeContext,
): string {
  const edge = edges(region).map((value) => formatValue(value, unit));
  const measured = `The ${what} was measured as ${shown}, against ${edge.join(' and ')}`;
  const doubts = lowering(context);
  const cause = emulated
    ? 'under emulation'
    : clock === 'wall' && doubts !== ''
      ? `by the wall clock of a disturbed machine (${doubts})`
      : 'by this instrument';
  switch (bound) {
    case 'upper':
      return `${measured}, ${cause}, where it is only an upper bound: the truth may lie lower.`;
    case 'lower':
      return `${measured}, ${cause}, where it is only a lower bound: the truth may lie higher.`;
    default:
      return `${measured}, ${cause}, where nothing can be concluded from it: bounds in opposite directions cancel.`;
  }
}

/** The doubts that lower, in a few words; empty where there are none. */
export function lowering({ warnings = [], asMeasured = false }: JudgeContext): string {
  if (asMeasured) return '';
  return warnings
    .filter(({ lowers }) => lowers)
    .map(({ what, value }) => `${what} ${value}`)
    .join(', ');
}

function drifted({ kind, size, p }: Drift, { scale, unit }: Reading, fromScale: (x: number) => number): string {
  const amount = scale === 'ratio' ? `a factor of ${formatValue(fromScale(size), '1')}` : formatValue(size, unit);
  return `The samples drifted while they were taken (${kind}, ${amount}, p = ${formatValue(p, '1')}), enough to change the outcome.`;
}

/**
 * Why the machine's noise forbids the outcome, or null. A-against-A inside the margin at this number of pairs: it stands.
 * Else, and always by the wall clock of a disturbed machine, it stands only if it clears the margin by the noise as well.
 */
function noiseReason(
  { scale, clock, values }: Reading,
  interval: Interval,
  region: Region,
  context: JudgeContext,
  stands: (candidate: Interval) => boolean,
): string | null {
  if (scale !== 'ratio' || clock === 'none') return null;
  const noise = floorWidth(context.floor ?? [], clock, values.length);
  const doubts = clock === 'wall' ? lowering(context) : '';
  if (noise === null) {
    if (doubts === '') return null;
    return `The machine was disturbed (${doubts}) and its noise floor was not measured, so a wall-clock ratio decides nothing.`;
  }
  const margin = Math.min(...edges(region).map(Math.abs));
  const quiet = Math.log(noise.factor) < margin;
  if ((quiet && doubts === '') || stands(widened(interval, Math.log(noise.factor)))) return null;
  const floor = `On this machine the same work against itself (${noise.where}, ${clock} clock, ${String(noise.pairs)} pairs) strays from 1 by a factor of ${formatValue(noise.factor, '1')}`;
  return `${floor}, so noise alone could give this outcome${doubts === '' ? '' : ` (${doubts})`}.`;
}

/** A ratio of zero has no logarithm; for the tests of drift it lies just below all others. */
function finite(values: readonly number[]): number[] {
  const lowest = Math.min(...values.filter(Number.isFinite));
  return values.map((value) => (Number.isFinite(value) ? value : Number.isFinite(lowest) ? lowest - 1 : 0));
}
