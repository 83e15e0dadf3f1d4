import { intervalOfSorted } from '../statistics/order-statistics.ts';
import { ascending } from '../statistics/quantile.ts';
import { confidence } from './context.ts';
import type { NoiseFloor } from './evidence.ts';

/** How far A against A strayed from 1 on this machine, as a factor of at least 1, and where it did so most. */
export interface FloorWidth {
  readonly factor: number;
  readonly where: 'host' | 'container';
  readonly pairs: number;
}

/**
 * The widest A-against-A interval that this run's floor gives for so many pairs by this clock; null where the run has
 * none. A floor of fewer pairs than asked for is used as it is: wider, so conservative.
 */
export function floorWidth(floor: NoiseFloor, clock: 'wall' | 'cpu', pairs: number): FloorWidth | null {
  let widest: FloorWidth | null = null;
  for (const { first, second, where } of floor.filter((entry) => entry.clock === clock)) {
    const ratios = first.samples
      .map(({ value }, i) => value / (second.samples[i]?.value ?? NaN))
      .filter(Number.isFinite);
    const used = evenly(ratios, Math.min(pairs, ratios.length));
    const interval = intervalOfSorted(ascending(used), 0.5, confidence);
    if (interval === null) continue;
    const factor = Math.max(1, interval[1], 1 / interval[0]);
    if (widest === null || factor > widest.factor) widest = { factor, where, pairs: used.length };
  }
  return widest;
}

/** So many of the values, spread over all of the series, so that no spell of quiet speaks for the whole. */
function evenly(values: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => values[Math.floor((i * values.length) / count)] ?? NaN);
}
