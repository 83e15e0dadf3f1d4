import type { Bound, Quantity } from './evidence.ts';

/** What emulation leaves of a number: a cost would be no higher with hardware acceleration, a rate no lower. */
export function boundOf(emulated: boolean, quantity: Quantity): Bound {
  if (!emulated || quantity === 'amount') return 'exact';
  return quantity === 'cost' ? 'upper' : 'lower';
}

const inverse: Readonly<Record<Bound, Bound>> = { exact: 'exact', upper: 'lower', lower: 'upper', none: 'none' };

/** What may be said of numerator / denominator, both positive. Bounds that pull in opposite ways cancel to nothing. */
export function ratioBound(numerator: Bound, denominator: Bound): Bound {
  return both(numerator, inverse[denominator]);
}

/** What is left when two reasons limit one number. */
export function both(first: Bound, second: Bound): Bound {
  if (first === 'exact') return second;
  if (second === 'exact') return first;
  return first === second ? first : 'none';
}

/** All values that the truth may have, by the interval of what was measured and by what that says of the truth. */
export function withBound([low, high]: readonly [number, number], bound: Bound): readonly [number, number] {
  switch (bound) {
    case 'exact':
      return [low, high];
    case 'upper':
      return [-Infinity, high];
    case 'lower':
      return [low, Infinity];
    case 'none':
      return [-Infinity, Infinity];
  }
}
