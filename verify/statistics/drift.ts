import { pettitt } from './level-change.ts';
import { median } from './quantile.ts';
import { mannKendall, senSlope } from './trend.ts';

/** Something other than noise: the series went somewhere while it was taken. */
export interface Drift {
  readonly kind: 'trend' | 'change of level';
  /** How far it went from beginning to end, in the series' own unit; never negative. */
  readonly size: number;
  readonly p: number;
}

/** Below this many values neither test's p-value is to be trusted. */
const fewest = 10;
/** Longer series are thinned to medians of consecutive blocks: the tests look for what is slow. */
const most = 300;
/** Chance of seeing drift in a series that has none, both tests together. */
const driftAlpha = 0.01;

/** Tests values in the order in which they were taken for a trend and for a change of level, at 1% for both together. */
export function findDrift(values: readonly number[]): Drift | null {
  if (values.length < fewest) return null;
  const series = thinned(values);
  const [trend, change] = [mannKendall(series), pettitt(series)];
  const p = Math.min(1, 2 * Math.min(trend.p, change.p));
  if (p > driftAlpha) return null;
  return trend.p < change.p
    ? { kind: 'trend', size: Math.abs(senSlope(series)) * (series.length - 1), p }
    : { kind: 'change of level', size: Math.abs(change.shift), p };
}

function thinned(values: readonly number[]): readonly number[] {
  if (values.length <= most) return values;
  const block = Math.ceil(values.length / most);
  return Array.from({ length: Math.floor(values.length / block) }, (_, i) =>
    median(values.slice(i * block, (i + 1) * block)),
  );
}
