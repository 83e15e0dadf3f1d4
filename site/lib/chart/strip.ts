import type { Estimate, Evidence, Sample, Series, Unit } from '../../../verify/verdict/evidence.ts';
import type { Rule } from '../../../verify/verdict/rule.ts';
import { formatQuantity } from '../format/quantity.ts';
import { axisOver, type Axis } from './axis.ts';

/** One subject's samples, each a dot: across by value, down in the order in which they were taken. */
export interface StripRow {
  readonly label: string;
  readonly role: 'subject' | 'baseline' | 'control';
  readonly dots: readonly Dot[];
  /** Samples that were taken; past `drawAtMost` not all are drawn. */
  readonly taken: number;
  readonly median: number | undefined;
  readonly interval: readonly [number, number] | undefined;
  /** For those who do not see the picture. */
  readonly description: string;
}

export interface Dot {
  /** Percent of the axis. */
  readonly x: number;
  /** From 0 (taken first) to 1 (taken last). */
  readonly y: number;
}

export interface Strip {
  readonly axis: Axis;
  readonly rows: readonly StripRow[];
  readonly thresholds: readonly { at: number; label: string }[];
  /** What the axis is: "seconds, wall clock". */
  readonly caption: string;
}

export interface Line {
  readonly label: string;
  readonly role: StripRow['role'];
  readonly unit: Unit;
  readonly samples: readonly Sample[];
  /** Drawn as a bar with its point, where it is a number of this line's own unit. */
  readonly estimate?: Estimate | undefined;
}

export const drawAtMost = 400;

/** Lines of one unit over one axis with the rule's thresholds on it. */
export function stripOf(lines: readonly Line[], unit: Unit, thresholds: readonly number[], caption: string): Strip {
  const values = lines.flatMap(({ samples, estimate }) => [
    ...samples.map(({ value }) => value),
    ...(estimate === undefined ? [] : [estimate.value, ...(estimate.interval ?? [])]),
  ]);
  const axis = axisOver([...values, ...thresholds], unit);
  return {
    axis,
    caption,
    rows: lines.map((line) => rowOf(line, axis)),
    thresholds: thresholds.map((value) => ({ at: axis.place(value), label: formatQuantity(value, unit) })),
  };
}

function rowOf({ label, role, unit, samples, estimate }: Line, axis: Axis): StripRow {
  const last = Math.max(samples.length - 1, 1);
  const dots = samples.map(({ value }, index) => ({
    x: axis.place(value),
    y: Math.round((index / last) * 1000) / 1000,
  }));
  return {
    label,
    role,
    taken: samples.length,
    dots: thin(dots),
    median: estimate && axis.place(estimate.value),
    interval: estimate?.interval ? [axis.place(estimate.interval[0]), axis.place(estimate.interval[1])] : undefined,
    description: describe(samples, unit),
  };
}

/** Every so-many-th dot, and always the lowest and the highest: an outlier is never thinned away. */
function thin(dots: readonly Dot[]): readonly Dot[] {
  if (dots.length <= drawAtMost) return dots;
  const each = Math.ceil(dots.length / (drawAtMost - 2));
  const lowest = dots.reduce((least, dot) => (dot.x < least.x ? dot : least));
  const highest = dots.reduce((most, dot) => (dot.x > most.x ? dot : most));
  return dots.filter((dot, index) => index % each === 0 || dot === lowest || dot === highest);
}

function describe(samples: readonly Sample[], unit: Unit): string {
  const sorted = samples.map(({ value }) => value).sort((a, b) => a - b);
  const [low, middle, high] = [sorted[0], sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
  if (low === undefined || middle === undefined || high === undefined) return 'no samples';
  const count = `${String(sorted.length)} ${sorted.length === 1 ? 'sample' : 'samples'}`;
  if (sorted.length === 1) return `${count}: ${formatQuantity(low, unit)}`;
  return `${count} from ${formatQuantity(low, unit)} to ${formatQuantity(high, unit)}, half of them at or below ${formatQuantity(middle, unit)}`;
}

/** The thresholds of a rule on the values themselves, and on the ratio of two subjects. */
export function thresholdsOf(rule: Rule): { values: readonly number[]; ratios: readonly number[] } {
  switch (rule.kind) {
    case 'quantileBelow':
    case 'quantileAtLeast':
      return { values: [rule.threshold], ratios: [] };
    case 'notCostlier':
      return { values: [], ratios: [1 + rule.margin] };
    case 'equivalent':
      return { values: [], ratios: [1 / (1 + rule.margin), 1 + rule.margin] };
    case 'ratioAtLeast':
    case 'ratioAtMost':
      return { values: [], ratios: [rule.factor] };
    case 'countAtLeast':
      return { values: [rule.count], ratios: [] };
    case 'isTrue':
    case 'isFalse':
    case 'same':
    case 'different':
    case 'monotone':
      return { values: [], ratios: [] };
  }
}

const clocks: Record<Series['clock'], string> = { wall: 'wall-clock time', cpu: 'CPU time', none: '' };

/** What the axis of a series shows. */
export function captionOf({ clock, quantity, unit }: Series): string {
  const what = quantity === 'cost' ? 'less is better' : quantity === 'rate' ? 'more is better' : '';
  return [unit === '1' ? '' : clocks[clock], what].filter((part) => part !== '').join(', ');
}

/** Series of one piece of evidence, the judged subject first. */
export function seriesOf(evidence: Evidence): readonly { series: Series; role: 'subject' | 'baseline' }[] {
  switch (evidence.kind) {
    case 'samples':
      return [{ series: evidence.series, role: 'subject' }];
    case 'paired':
      return [
        { series: evidence.subject, role: 'subject' },
        { series: evidence.baseline, role: 'baseline' },
      ];
    case 'ladder':
      return evidence.rungs.map((series) => ({ series, role: 'subject' }));
    case 'amount':
    case 'amounts':
    case 'truth':
    case 'values':
      return [];
  }
}
