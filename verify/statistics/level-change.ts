import { median } from './quantile.ts';

export interface LevelChange {
  /** How many values come before the likeliest change. */
  readonly before: number;
  readonly k: number;
  /** Two-sided, approximate; exact enough below 0.5. */
  readonly p: number;
  /** Median after the change less median before it. */
  readonly shift: number;
}

/**
 * Pettitt's test for one change of level, of values in the order in which they were taken.
 * Source: Pettitt, "A Non-parametric Approach to the Change-point Problem", Appl. Statist. 28 (1979) 126-135.
 */
export function pettitt(values: readonly number[]): LevelChange {
  const n = values.length;
  const rank = midranks(values);
  let [u, k, before, sum] = [0, 0, 1, 0];
  for (let t = 1; t < n; t += 1) {
    sum += rank[t - 1] ?? NaN;
    u = 2 * sum - t * (n + 1);
    if (Math.abs(u) > k) [k, before] = [Math.abs(u), t];
  }
  const shift = median(values.slice(before)) - median(values.slice(0, before));
  return { before, k, p: Math.min(1, 2 * Math.exp((-6 * k * k) / (n ** 3 + n ** 2))), shift };
}

/** Ranks from 1; values that tie share the mean of theirs. */
function midranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length).fill(0);
  let start = 0;
  for (const [position, { value }] of order.entries()) {
    if (order[position + 1]?.value === value) continue;
    for (const { index } of order.slice(start, position + 1)) ranks[index] = (start + position) / 2 + 1;
    start = position + 1;
  }
  return ranks;
}
