import { both, ratioBound } from './bound.ts';
import type { Bound, Evidence, Series, Unit } from './evidence.ts';
import { quantileName } from './format.ts';
import { atLeast, atMost, below, within, type Region } from './region.ts';
import type { Rule } from './rule.ts';

/** The rules that compare one number with a region. */
export type NumberRule = Exclude<Rule, { kind: 'isTrue' | 'isFalse' | 'same' | 'different' | 'monotone' }>;

/** Evidence as a rule reads it: one number with sampling error, or an exact one. */
export interface Reading {
  readonly kind: 'reading';
  /** In the order taken; a single one where `exact`. Ratios as they are, not logarithms. */
  readonly values: readonly number[];
  readonly exact: boolean;
  /** Which quantile of the values the rule asks for. */
  readonly p: number;
  /** `ratio`: errors, drift and noise multiply; `plain`: they add. */
  readonly scale: 'plain' | 'ratio';
  readonly region: Region;
  readonly bound: Bound;
  readonly unit: Unit;
  readonly what: string;
  readonly clock: 'wall' | 'cpu' | 'none';
  readonly emulated: boolean;
  readonly cappedByTime: boolean;
}

export type Unreadable = { readonly kind: 'broken' | 'undecided'; readonly because: string };

export interface ReadOptions {
  /** Judge what was measured, not what it says of other hardware or of a quiet machine: for controls. */
  readonly asMeasured: boolean;
  /** The machine was disturbed: wall-clock costs are no better than upper bounds. */
  readonly disturbed: boolean;
}

/** Reads evidence as a number that the rule can judge, or says why it cannot be read so. */
export function readNumber(rule: NumberRule, evidence: Evidence, options: ReadOptions): Reading | Unreadable {
  switch (rule.kind) {
    case 'quantileBelow':
    case 'quantileAtLeast':
      return readQuantile(rule, evidence, options);
    case 'countAtLeast':
      return readCount(rule, evidence, options);
    case 'notCostlier':
    case 'equivalent':
    case 'ratioAtLeast':
    case 'ratioAtMost':
      return readRatio(rule, evidence, options);
  }
}

function regionOf(rule: NumberRule): Region {
  switch (rule.kind) {
    case 'quantileBelow':
      return below(rule.threshold);
    case 'quantileAtLeast':
      return atLeast(rule.threshold);
    case 'countAtLeast':
      return atLeast(rule.count);
    case 'notCostlier':
      return below(1 + rule.margin);
    case 'equivalent':
      return within(1 / (1 + rule.margin), 1 + rule.margin);
    case 'ratioAtLeast':
      return atLeast(rule.factor);
    case 'ratioAtMost':
      return atMost(rule.factor);
  }
}

function readQuantile(
  rule: Extract<NumberRule, { quantile: number }>,
  evidence: Evidence,
  options: ReadOptions,
): Reading | Unreadable {
  if (evidence.kind !== 'samples' && evidence.kind !== 'amount') return misfit(rule, evidence, 'samples or one amount');
  const unit = evidence.kind === 'samples' ? evidence.series.unit : evidence.unit;
  if (unit !== rule.unit) {
    return broken(`The rule's threshold is in ${rule.unit} and the evidence in ${unit}; state both in one unit.`);
  }
  if (evidence.kind === 'amount') return exactReading(rule, evidence.value, evidence.bound, unit, 'amount', options);
  const { series, stop } = evidence;
  return {
    kind: 'reading',
    values: series.samples.map(({ value }) => value),
    exact: false,
    p: rule.quantile,
    scale: 'plain',
    region: regionOf(rule),
    bound: seriesBound(series, options),
    unit,
    what: quantileName(rule.quantile),
    clock: series.clock,
    emulated: series.emulated,
    cappedByTime: stop === 'cap',
  };
}

function readCount(rule: Extract<NumberRule, { count: number }>, evidence: Evidence, options: ReadOptions) {
  if (evidence.kind !== 'amount') return misfit(rule, evidence, 'one amount');
  return exactReading(rule, evidence.value, evidence.bound, evidence.unit, 'count', options);
}

type RatioRule = Extract<NumberRule, { margin: number } | { factor: number }>;

function readRatio(rule: RatioRule, evidence: Evidence, options: ReadOptions): Reading | Unreadable {
  if (evidence.kind === 'amounts') {
    const { subject, baseline } = evidence;
    const what = `ratio ${subject.label} / ${baseline.label}`;
    const ratio = positiveRatio(subject.value, baseline.value);
    if (ratio === null) return noRatio(subject, baseline);
    return exactReading(rule, ratio, ratioBound(subject.bound, baseline.bound), '1', what, options);
  }
  if (evidence.kind !== 'paired') return misfit(rule, evidence, 'pairs or two amounts');
  const { subject, baseline, stop } = evidence;
  const unlike = (['quantity', 'unit', 'clock'] as const).find((field) => subject[field] !== baseline[field]);
  if (unlike !== undefined) {
    return broken(
      `The pair's sides differ in ${unlike} (${subject[unlike]} and ${baseline[unlike]}), so their ratio means nothing.`,
    );
  }
  if (subject.samples.length !== baseline.samples.length) {
    return broken(
      `Pairs are incomplete: ${String(subject.samples.length)} samples of ${subject.subject} and ${String(baseline.samples.length)} of ${baseline.subject}.`,
    );
  }
  const inverted = rule.kind === 'notCostlier' && subject.quantity === 'rate';
  const [over, under] = inverted ? [baseline, subject] : [subject, baseline];
  const values: number[] = [];
  for (const [index, { value }] of over.samples.entries()) {
    const other = under.samples[index]?.value ?? NaN;
    const ratio = positiveRatio(value, other);
    if (ratio === null) return noRatio({ label: over.subject, value }, { label: under.subject, value: other });
    values.push(ratio);
  }
  return {
    kind: 'reading',
    values,
    exact: false,
    p: 0.5,
    scale: 'ratio',
    region: regionOf(rule),
    bound: ratioBound(seriesBound(over, options, 'pair'), seriesBound(under, options, 'pair')),
    unit: '1',
    what: inverted
      ? `median cost ratio ${subject.subject} / ${baseline.subject} (rates inverted)`
      : `median ratio ${subject.subject} / ${baseline.subject}`,
    clock: subject.clock,
    emulated: subject.emulated || baseline.emulated,
    cappedByTime: stop === 'cap',
  };
}

/** A ratio with zero above the line is zero; with zero below, or anything negative, there is none. */
function positiveRatio(numerator: number, denominator: number): number | null {
  return numerator >= 0 && denominator > 0 ? numerator / denominator : null;
}

function noRatio(over: { label: string; value: number }, under: { label: string; value: number }): Unreadable {
  const values = `${String(over.value)} (${over.label}) by ${String(under.value)} (${under.label})`;
  if (over.value < 0 || under.value < 0) return broken(`A cost or rate below zero was measured: ${values}.`);
  return {
    kind: 'undecided',
    because: `There is no ratio of ${values}: measure more work at a time, so that the clock sees it.`,
  };
}

/** The pair's sides share a disturbance, which their ratio and its noise floor show; a number alone cannot. */
function seriesBound(series: Series, { asMeasured, disturbed }: ReadOptions, as: 'alone' | 'pair' = 'alone'): Bound {
  if (asMeasured) return 'exact';
  if (!disturbed || as === 'pair' || series.clock !== 'wall' || series.quantity === 'amount') return series.bound;
  return both(series.bound, series.quantity === 'cost' ? 'upper' : 'lower');
}

function exactReading(
  rule: NumberRule,
  value: number,
  bound: Bound,
  unit: Unit,
  what: string,
  { asMeasured }: ReadOptions,
): Reading {
  return {
    kind: 'reading',
    values: [value],
    exact: true,
    p: 0.5,
    scale: 'plain',
    region: regionOf(rule),
    bound: asMeasured ? 'exact' : bound,
    unit,
    what,
    clock: 'none',
    emulated: false,
    cappedByTime: false,
  };
}

export function misfit(rule: Rule, evidence: Evidence, wants: string): Unreadable {
  return broken(`The rule ${rule.kind} judges ${wants}, and the check gave it ${evidenceName[evidence.kind]}.`);
}

const evidenceName: Readonly<Record<Evidence['kind'], string>> = {
  samples: 'samples of one subject',
  paired: 'pairs of samples',
  amount: 'one amount',
  amounts: 'two amounts',
  truth: 'an observation that is true or false',
  values: 'values to compare',
  ladder: 'a ladder of samples',
};

const broken = (because: string): Unreadable => ({ kind: 'broken', because });
