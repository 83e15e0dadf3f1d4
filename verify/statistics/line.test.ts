import { expect, test } from 'vitest';
import { lineThrough } from './line.ts';

test('points on a line give that line', () => {
  const { start, slope } = lineThrough([
    [1, 5],
    [4, 11],
    [16, 35],
  ]);
  expect(start).toBeCloseTo(3);
  expect(slope).toBeCloseTo(2);
});

test('errors that cancel leave the line where it was', () => {
  const { start, slope } = lineThrough([
    [1, 1 + 0.5],
    [2, 2 - 0.5],
    [3, 3 - 0.5],
    [4, 4 + 0.5],
  ]);
  expect(start).toBeCloseTo(0);
  expect(slope).toBeCloseTo(1);
});

test.each([
  ['no point', []],
  ['one place', [[2, 1] as const, [2, 3] as const]],
])('%s gives no line', (_, points) => {
  expect(() => lineThrough(points)).toThrow(RangeError);
});
