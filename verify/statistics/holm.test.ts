import { expect, test } from 'vitest';
import { adjustedByHolm } from './holm.ts';
import { randomStream } from './random.ts';

// R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") gives 0.03 0.06 0.06 0.02.
test("adjusted p-values are those of R's p.adjust", () => {
  const adjusted = adjustedByHolm([0.01, 0.04, 0.03, 0.005]);
  for (const [index, expected] of [0.03, 0.06, 0.06, 0.02].entries()) expect(adjusted[index]).toBeCloseTo(expected, 12);
});

test('one p-value stays as it is, and none exceeds 1', () => {
  expect(adjustedByHolm([0.2])).toEqual([0.2]);
  expect(adjustedByHolm([0.9, 0.8])).toEqual([1, 1]);
});

test('the same seed gives the same numbers, another seed others', () => {
  const take = (seed: number) => Array.from({ length: 5 }, randomStream(seed));
  expect(take(1)).toEqual(take(1));
  expect(take(1)).not.toEqual(take(2));
  for (const value of take(4_294_967_295)) expect(value).toSatisfy((x: number) => x >= 0 && x < 1);
});
