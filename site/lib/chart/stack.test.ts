import { expect, test } from 'vitest';
import { stackOf } from './stack.ts';

const table = {
  columns: ['Stage', 'Machine', 'Container'],
  rows: [
    ['Create', 1, 0.5],
    ['Boot', 2, null],
    ['Answer', 1, 0.5],
  ],
};

test('parts lie end to end, and all subjects have one scale', () => {
  const { bars } = stackOf(table, 's');
  expect(bars.map(({ segments }) => segments.map(({ part, from, width }) => [part, from, width]))).toEqual([
    [
      [1, 0, 25],
      [2, 25, 50],
      [3, 75, 25],
    ],
    [
      [1, 0, 12.5],
      [3, 12.5, 12.5],
    ],
  ]);
});

test('a bar tells its total and its parts in words', () => {
  const [machine] = stackOf(table, 's').bars;
  expect(machine?.total).toBe('4\u00a0s');
  expect(machine?.segments[1]?.description).toBe('Boot: 2\u00a0s');
});

test('a table without numbers has no bars', () => {
  expect(stackOf({ columns: ['Stage', 'Machine'], rows: [['Create', null]] }, 's').bars).toEqual([]);
});
