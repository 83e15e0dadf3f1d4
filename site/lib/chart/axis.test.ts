import fc from 'fast-check';
import { expect, test } from 'vitest';
import { axisOver } from './axis.ts';

const plain = (labels: readonly { label: string }[]): string[] =>
  labels.map(({ label }) => label.replace('\u00a0', ' '));

test('values of one magnitude stand on a linear axis with round ticks in one unit', () => {
  const axis = axisOver([0.0102, 0.0298], 's');
  expect(axis.logarithmic).toBe(false);
  expect(plain(axis.ticks)).toEqual(['10 ms', '15 ms', '20 ms', '25 ms', '30 ms']);
});

test('ticks are round in the unit in which they are read', () => {
  expect(plain(axisOver([60, 290], 's').ticks)).toEqual(['1 min', '2 min', '3 min', '4 min']);
  expect(plain(axisOver([700 * 1024 ** 2, 1100 * 1024 ** 2], 'B').ticks)).toEqual([
    '0.7 GiB',
    '0.8 GiB',
    '0.9 GiB',
    '1 GiB',
  ]);
});

test('from a ratio of twenty on the axis is logarithmic', () => {
  expect(axisOver([1, 19.9], 's').logarithmic).toBe(false);
  const axis = axisOver([0.01, 1.2], 's');
  expect(axis.logarithmic).toBe(true);
  expect(plain(axis.ticks)).toEqual(['10 ms', '100 ms', '1 s']);
});

test('zero and negative values never stand on a logarithmic axis', () => {
  expect(axisOver([0, 1000], '1').logarithmic).toBe(false);
  expect(axisOver([-1, 1000], '1').logarithmic).toBe(false);
});

test('a single value stands in the middle', () => {
  expect(axisOver([3], '1').place(3)).toBe(50);
  expect(axisOver([0], '1').place(0)).toBe(50);
});

test('whatever the values, every one is placed within the axis, in their order, with few ticks', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (values) => {
      const axis = axisOver(values, 's');
      const places = [...values].sort((a, b) => a - b).map(axis.place);
      for (const place of places) expect(place).toBeGreaterThanOrEqual(0);
      for (const place of places) expect(place).toBeLessThanOrEqual(100);
      expect([...places].sort((a, b) => a - b)).toEqual(places);
      expect(axis.ticks.length).toBeLessThanOrEqual(8);
      for (const { label } of axis.ticks) expect(label).not.toMatch(/NaN|Infinity|undefined/);
    }),
    { seed: 20261121, numRuns: 500 },
  );
});
