/** A sorted copy. Infinities sort where they belong; NaN has no place among samples. */
export function ascending(values: readonly number[]): number[] {
  return Float64Array.from(values).sort().values().toArray();
}

/**
 * Sample quantile of sorted values: Hyndman and Fan's definition 8, the one they recommend, approximately unbiased for
 * the median of whatever distribution. Source: "Sample Quantiles in Statistical Packages", The American Statistician 50
 * (1996) 361-365.
 */
export function quantileOfSorted(sorted: readonly number[], p: number): number {
  const n = sorted.length;
  const position = n * p + (p + 1) / 3;
  const below = Math.min(Math.max(Math.floor(position), 1), n);
  const above = Math.min(Math.max(Math.floor(position) + 1, 1), n);
  const [low, high] = [sorted[below - 1] ?? NaN, sorted[above - 1] ?? NaN];
  // Between two like infinities, interpolation would give NaN.
  return low === high ? low : low + (position - Math.floor(position)) * (high - low);
}

export function median(values: readonly number[]): number {
  return quantileOfSorted(ascending(values), 0.5);
}
