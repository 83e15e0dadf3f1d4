import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binomialAtLeast, binomialAtMost } from './binomial.ts';
import { intervalOfSorted, pValueOfBelow, quantileRanks, samplesNeeded } from './order-statistics.ts';

// scipy.stats.binom.cdf, SciPy 1.17.
test.each([
  [2, 10, 0.5, 0.0547],
  [1, 10, 0.5, 0.0107],
  [5, 20, 0.5, 0.0207],
  [9, 20, 0.25, 0.9861],
  [0, 10, 0.1, 0.3487],
  [9, 10, 0.9, 0.6513],
  [37, 100, 0.4, 0.3068],
])('P(B <= %i) of n = %i, p = %f is %f', (k, n, p, expected) => {
  expect(binomialAtMost(k, n, p)).toBeCloseTo(expected, 4);
  expect(binomialAtLeast(k + 1, n, p)).toBeCloseTo(1 - expected, 4);
});

// scipy.stats.quantile_test([1 ... n], p=0.5).confidence_interval(0.95), SciPy 1.17; n = 6 and 8 by 2^-n.
test.each([
  [6, 1, 6],
  [8, 1, 8],
  [9, 2, 8],
  [10, 2, 9],
  [15, 4, 12],
  [20, 6, 15],
  [30, 10, 21],
  [100, 40, 61],
])('the 95%% interval of the median of %i values goes from the %ith to the %ith', (n, low, high) => {
  expect(quantileRanks(n, 0.5, 0.95)).toMatchObject({ low, high });
});

test('the median has no 95% interval below 6 values, the 90th percentile none below 29', () => {
  expect(samplesNeeded(0.5, 0.95)).toBe(6);
  expect(quantileRanks(5, 0.5, 0.95)).toBeNull();
  expect(samplesNeeded(0.9, 0.95)).toBe(29);
  expect(quantileRanks(28, 0.9, 0.95)).toBeNull();
  expect(quantileRanks(29, 0.9, 0.95)?.high).toBe(29);
  expect(samplesNeeded(0.99, 0.95)).toBe(299);
  expect(samplesNeeded(0.1, 0.95)).toBe(29);
});

test('the interval covers at least what it says, at any n, quantile and confidence', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.double({ min: 0.02, max: 0.98, noNaN: true }),
      fc.double({ min: 0.5, max: 0.999, noNaN: true }),
      (n, p, confidence) => {
        const ranks = quantileRanks(n, p, confidence);
        if (ranks === null) {
          expect(n).toBeLessThan(samplesNeeded(p, confidence));
          return;
        }
        expect(ranks.coverage).toBeGreaterThanOrEqual(confidence - 1e-12);
        expect(ranks.low).toBeGreaterThanOrEqual(1);
        expect(ranks.high).toBeLessThanOrEqual(n);
      },
    ),
  );
});

test("an interval of the median is the mirror's when values change sign", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 6, maxLength: 80 }),
      (values) => {
        const sorted = values.toSorted((a, b) => a - b);
        const mirrored = sorted.map((value) => -value).reverse();
        const [low, high] = intervalOfSorted(sorted, 0.5, 0.95) ?? [NaN, NaN];
        expect(intervalOfSorted(mirrored, 0.5, 0.95)).toEqual([-high, -low]);
      },
    ),
  );
});

// scipy.stats.binomtest(8, 9, alternative='greater'): (9 + 1) / 2^9.
test('8 of 9 on one side have a one-sided p-value of 0.0195 by the sign test', () => {
  expect(pValueOfBelow(8, 9, 0.5)).toBeCloseTo(10 / 512, 12);
});
