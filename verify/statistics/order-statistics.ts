import { binomialAtLeast, binomialAtMost } from './binomial.ts';

/** Which of n sorted values (counted from 1) enclose a quantile, and how surely they do at the least. */
export interface Ranks {
  readonly low: number;
  readonly high: number;
  readonly coverage: number;
}

/**
 * Ranks of the order statistics that enclose the p-quantile with at least this confidence, whatever the distribution;
 * null where n is too small for any. Tails are equal where n allows; where one tail cannot be made small enough (the
 * largest of 29 values against the 90th percentile), the other is given only what is left.
 * Source: Hahn and Meeker, "Statistical Intervals" (1991), chapter 5. Samples from a mixture that changes in time (drift)
 * only raise the coverage of its median: Hoeffding, Ann. Math. Statist. 27 (1956) 713-721.
 */
export function quantileRanks(n: number, p: number, confidence: number): Ranks | null {
  const error = 1 - confidence;
  // All values lie on one side of the quantile with these probabilities: no interval misses less often.
  const [allBelow, allAbove] = [p ** n, (1 - p) ** n];
  if (n < 1 || allBelow + allAbove > error) return null;
  const half = error / 2;
  const lowTail = allBelow > half ? error - allBelow : half;
  const highTail = allAbove > half ? error - allAbove : half;
  const low = lowestRank(n, p, lowTail);
  const high = n + 1 - lowestRank(n, 1 - p, highTail);
  return { low, high, coverage: binomialAtMost(high - 1, n, p) - binomialAtMost(low - 1, n, p) };
}

/** The greatest rank r with P(the r-th smallest value lies above the quantile) <= tail, which is P(B <= r - 1); least 1. */
function lowestRank(n: number, p: number, tail: number): number {
  let [sure, unsure] = [1, n + 1];
  while (unsure - sure > 1) {
    const middle = Math.floor((sure + unsure) / 2);
    if (binomialAtMost(middle - 1, n, p) <= tail) sure = middle;
    else unsure = middle;
  }
  return sure;
}

/** How many samples a p-quantile needs before it has an interval at all: 6 for the median, 29 for p = 0.9, at 95%. */
export function samplesNeeded(p: number, confidence: number): number {
  let n = 1;
  while (p ** n + (1 - p) ** n > 1 - confidence) n += 1;
  return n;
}

/** The interval itself, of values sorted ascending. */
export function intervalOfSorted(sorted: readonly number[], p: number, confidence: number): [number, number] | null {
  const ranks = quantileRanks(sorted.length, p, confidence);
  if (ranks === null) return null;
  return [sorted[ranks.low - 1] ?? NaN, sorted[ranks.high - 1] ?? NaN];
}

/** One-sided p-value of "the p-quantile lies below the threshold", from how many of n values do (the sign test). */
export function pValueOfBelow(below: number, n: number, p: number): number {
  return binomialAtLeast(below, n, p);
}
