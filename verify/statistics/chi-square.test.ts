import { expect, test } from 'vitest';
import { chiSquareOfEvenShares } from './chi-square.ts';

test.each<[readonly number[], number]>([
  [[40, 40, 40], 0],
  [[9, 11, 12, 8], 1],
  [[120, 0, 0], 240],
])('the counts %j are %d away from even shares', (counts, expected) => {
  expect(chiSquareOfEvenShares(counts)).toBeCloseTo(expected, 10);
});

test('nothing counted has no shares', () => {
  expect(() => chiSquareOfEvenShares([0, 0])).toThrow('something counted; got [0, 0]');
  expect(() => chiSquareOfEvenShares([5])).toThrow(RangeError);
});
