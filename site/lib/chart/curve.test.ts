import { expect, test } from 'vitest';
import { curvesOf } from './curve.ts';

const columns = ['Instances of', 'How many', 'All of them'];
const titles = { of: 'Instances of', x: 'How many', y: 'All of them' };
const MiB = 1024 ** 2;
const rows = [
  ['containers', 1, 10 * MiB],
  ['guests', 1, 100 * MiB],
  ['containers', 100, 200 * MiB],
  ['guests', 3, 300 * MiB],
  ['containers', 4, 20 * MiB],
];

test('each subject has a line, in the order of the table, whose points go from left to right', () => {
  const { lines } = curvesOf({ columns, rows }, titles, 'B');
  expect(lines.map(({ label, points }) => [label, points.length])).toEqual([
    ['containers', 3],
    ['guests', 2],
  ]);
  for (const { points } of lines)
    expect(points.map(({ x }) => x)).toEqual(points.map(({ x }) => x).sort((a, b) => a - b));
});

test('more stands higher, in proportion, on one pair of axes', () => {
  const { across, up, lines } = curvesOf({ columns, rows }, titles, 'B');
  const [containers, guests] = lines;
  expect([across.logarithmic, up.logarithmic]).toEqual([true, false]);
  expect(containers?.points[0]?.x).toBe(guests?.points[0]?.x);
  const heightOf = (value: number): number => up.place(value) - up.place(0);
  expect(heightOf(300 * MiB) / heightOf(100 * MiB)).toBeCloseTo(3, 2);
  expect(guests?.points[0]?.y).toBeLessThan(containers?.points[0]?.y ?? NaN);
  for (const { points } of lines)
    for (const { x, y } of points)
      for (const place of [x, y]) expect(place >= 0 && place <= 100, String(place)).toBe(true);
});

test('a line is told in words', () => {
  const [containers] = curvesOf({ columns, rows }, titles, 'B').lines;
  expect(containers?.description.replaceAll('\u00a0', ' ')).toBe('1: 10 MiB; 4: 20 MiB; 100: 200 MiB');
});

test.each([
  [
    'rows without both numbers',
    [
      ['containers', null, 1],
      ['guests', 1, 'many'],
    ],
    titles,
    0,
  ],
  ['no rows', [], titles, 0],
  ['no such column', rows, { ...titles, y: 'Half of them' }, 0],
  ['a row of one point', [['containers', 1, 1]], titles, 1],
])('%s', (_, some, these, count) => {
  expect(curvesOf({ columns, rows: some }, these, 'B').lines).toHaveLength(count);
});
