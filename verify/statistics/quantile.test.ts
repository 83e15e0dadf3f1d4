import { expect, test } from 'vitest';
import { ascending, median, quantileOfSorted } from './quantile.ts';

test('numbers are sorted as numbers, infinities at the ends', () => {
  expect(ascending([10, 9, Infinity, -1, -Infinity])).toEqual([-Infinity, -1, 9, 10, Infinity]);
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBeCloseTo(expected, 12);
});

// numpy.quantile(range(1, 11), p, method='median_unbiased') gives the same. Position n p + (p + 1) / 3, Hyndman and Fan (1996), definition 8: for 1..10 and p = 0.9 it is 9.6333.
test.each([
  [0.25, 2.9166667],
  [0.5, 5.5],
  [0.75, 8.0833333],
  [0.9, 9.6333333],
])('of 1 to 10 the %d-quantile is %d', (p, expected) => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  expect(quantileOfSorted(values, p)).toBeCloseTo(expected, 6);
});
