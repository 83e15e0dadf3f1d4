import { normalAbove } from './normal.ts';
import { median } from './quantile.ts';

export interface Trend {
  /** Kendall's S: rising pairs less falling pairs. */
  readonly s: number;
  /** Two-sided, by the normal approximation with ties and continuity corrected; good from n = 10. */
  readonly p: number;
}

/**
 * Mann-Kendall test for a trend, of values in the order in which they were taken.
 * Sources: Mann, Econometrica 13 (1945) 245-259; Kendall, "Rank Correlation Methods" (1975). Quadratic in n: thin long
 * series first.
 */
export function mannKendall(values: readonly number[]): Trend {
  const n = values.length;
  let s = 0;
  for (let i = 0; i < n; i += 1) {
    for (let k = i + 1; k < n; k += 1) s += Math.sign((values[k] ?? NaN) - (values[i] ?? NaN));
  }
  const ties = [...Map.groupBy(values, (value) => value).values()]
    .map(({ length: t }) => t * (t - 1) * (2 * t + 5))
    .reduce((sum, term) => sum + term, 0);
  const variance = (n * (n - 1) * (2 * n + 5) - ties) / 18;
  const z = s === 0 || variance === 0 ? 0 : (Math.abs(s) - 1) / Math.sqrt(variance);
  return { s, p: Math.min(1, 2 * normalAbove(z)) };
}

/** Slope per step: the median of the slopes of all pairs. Source: Sen, J. Amer. Statist. Assoc. 63 (1968) 1379-1389. */
export function senSlope(values: readonly number[]): number {
  return median(values.flatMap((earlier, i) => values.slice(i + 1).map((later, k) => (later - earlier) / (k + 1))));
}
