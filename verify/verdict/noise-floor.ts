import { intervalOfSorted, quantileRanks } from '../statistics/order-statistics.ts';
import { ascending, quantileOfSorted } from '../statistics/quantile.ts';
import { confidence } from './context.ts';
import type { NoiseFloor } from './evidence.ts';

/** How far A against A strays from 1 on this machine, as a factor of at least 1, and where it does so most. */
export interface FloorWidth {
  readonly factor: number;
  readonly where: 'host' | 'container';
  readonly pairs: number;
}

/**
 * Half the width of the A-against-A interval that so many pairs have on this machine by this clock, in the noisier place;
 * null where the run has no such floor. More pairs than the floor has are not extrapolated to, which is conservative.
 */
export function floorWidth(floor: NoiseFloor, clock: 'wall' | 'cpu', pairs: number): FloorWidth | null {
  let widest: FloorWidth | null = null;
  for (const { first, second, where } of floor.filter((entry) => entry.clock === clock)) {
    const ratios = first.samples
      .map(({ value }, i) => Math.log(value / (second.samples[i]?.value ?? NaN)))
      .filter(Number.isFinite);
    const used = Math.min(pairs, ratios.length);
    const ranks = quantileRanks(used, 0.5, confidence);
    if (ranks === null) continue;
    // First and second are the same thing, so each pair counts both ways round: all pairs of the floor speak for the
    // typical interval at `used` pairs, instead of a few of them for one interval that may be narrow or wide by luck.
    const bothWays = ascending(ratios.flatMap((ratio) => [ratio, -ratio]));
    const typical = quantileOfSorted(bothWays, ranks.high / (used + 1));
    const factor = Math.exp(Math.max(0, typical, shift(ratios)));
    if (widest === null || factor > widest.factor) widest = { factor, where, pairs: used };
  }
  return widest;
}

/** How far the same work lies from itself where the whole floor says that it does: something other than noise. */
function shift(ratios: readonly number[]): number {
  const [low, high] = intervalOfSorted(ascending(ratios), 0.5, confidence) ?? [0, 0];
  return low > 0 || high < 0 ? Math.max(Math.abs(low), Math.abs(high)) : 0;
}
