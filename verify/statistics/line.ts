/** A straight line: value = start + slope * n. */
export interface Line {
  readonly start: number;
  readonly slope: number;
}

/**
 * The line through points [n, value] with the least sum of squared errors.
 * @throws RangeError with fewer than two different n
 */
export function lineThrough(points: readonly (readonly [number, number])[]): Line {
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanN, meanValue] = [mean(([n]) => n), mean(([, value]) => value)];
  const spread = mean(([n]) => (n - meanN) ** 2);
  if (!(spread > 0)) throw new RangeError('A line needs points at two different places at least.');
  const slope = mean(([n, value]) => (n - meanN) * (value - meanValue)) / spread;
  return { start: meanValue - slope * meanN, slope };
}
