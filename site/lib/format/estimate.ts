import type { Bound, Estimate } from '../../../verify/verdict/evidence.ts';
import { formatInterval, formatQuantity } from './quantity.ts';

/** An estimate taken apart for the page. */
export interface EstimateWords {
  /** "at most 12.3 ms", "2.10 times". */
  readonly value: string;
  /** "95% interval 11.9 to 12.8 ms", or why there is none. */
  readonly interval: string;
  /** "median of 60 samples, by order statistics". */
  readonly how: string;
}

const boundWords: Record<Bound, string> = { exact: '', none: '', upper: 'at most ', lower: 'at least ' };

export function estimateInWords({
  value,
  interval,
  confidence,
  unit,
  bound,
  n,
  what,
  method,
}: Estimate): EstimateWords {
  const times = unit === '1' && what.includes('ratio') ? ' times' : '';
  const percent = `${String(Math.round(confidence * 1000) / 10)}%`;
  return {
    value: `${boundWords[bound]}${formatQuantity(value, unit)}${times}`,
    interval: interval === null ? 'no interval' : `${percent} interval ${formatInterval(interval, unit)}`,
    how: [what, n > 1 ? `n = ${String(n)}` : '', method].filter((part) => part !== '').join(', '),
  };
}

/** What a bound means, where the number is one. */
export function boundInWords(bound: Bound): string | undefined {
  switch (bound) {
    case 'exact':
      return undefined;
    case 'upper':
      return 'An upper bound: with hardware acceleration it would be no higher.';
    case 'lower':
      return 'A lower bound: with hardware acceleration it would be no lower.';
    case 'none':
      return 'Neither an upper nor a lower bound: it says nothing of accelerated hardware.';
  }
}
