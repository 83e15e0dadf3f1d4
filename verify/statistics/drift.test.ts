import { expect, test } from 'vitest';
import { findDrift } from './drift.ts';
import { pettitt } from './level-change.ts';
import { normalAbove } from './normal.ts';
import { randomStream } from './random.ts';
import { mannKendall, senSlope } from './trend.ts';

// scipy.stats.norm.sf, SciPy 1.17.
test.each([
  [0, 0.5],
  [1, 0.1586553],
  [1.959964, 0.025],
  [2.575829, 0.005],
  [-1, 0.8413447],
])('the normal tail above %d is %d', (z, expected) => {
  expect(normalAbove(z)).toBeCloseTo(expected, 6);
});

// Worked by hand in J. Little, "A Mann-Kendall Example" (College of the Holy Cross): S = 54, Z = 2.9058, one-sided p 0.0018.
test('a trend is weighed as in a worked example with a tie', () => {
  const series = [12.9, 14.8, 13.2, 15.7, 13.8, 15.6, 12.9, 11.0, 17.3, 15.9, 19.0, 18.3, 20.1, 21.7];
  const { s, p } = mannKendall(series);
  expect(s).toBe(54);
  expect(p / 2).toBeCloseTo(0.00183, 5);
  // scipy.stats.theilslopes, SciPy 1.17.
  expect(senSlope(series)).toBeCloseTo(0.5666667, 6);
});

test('S counts rising pairs less falling ones, and ties narrow its variance', () => {
  expect(mannKendall([1, 2, 3, 4, 5]).s).toBe(10);
  expect(mannKendall([5, 4, 3, 2, 1]).s).toBe(-10);
  expect(mannKendall([1, 3, 2, 4]).s).toBe(4);
  expect(mannKendall([1, 1, 1, 1]).p).toBe(1);
  // n = 10, S = 45: variance 125, z = 44 / 11.180, p = 8.3e-5.
  expect(mannKendall([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).p).toBeCloseTo(8.303e-5, 7);
});

// The annual flow of the Nile at Aswan, 1871 to 1970, in 10^8 cubic metres (Cobb, Biometrika 65 (1978) 243-251), whose
// level is known to change after 1898, the 28th. K by the definition of 1979, a sum of signs over all pairs.
const nile = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140, 1100,
  1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456,
  824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897,
  822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975,
  815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
];

test('the Nile fell to another level after 1898', () => {
  const change = pettitt(nile);
  expect(change.before).toBe(28);
  expect(change.k).toBe(1617);
  expect(change.p).toBeCloseTo(3.591e-7, 10);
  expect(change.shift).toBe(-287.5);
  expect(findDrift(nile)).toMatchObject({ kind: 'change of level' });
});

test('a steady rise is a trend, and its size is what it rose by', () => {
  const random = randomStream(7);
  const rising = Array.from({ length: 40 }, (_, i) => 10 + i / 10 + random() / 2);
  const drift = findDrift(rising);
  expect(drift?.kind).toBe('trend');
  expect(drift?.size).toBeCloseTo(3.9, 0);
  expect(senSlope(rising)).toBeCloseTo(0.1, 1);
});

test('noise alone is called drift in about one series of a hundred', () => {
  const random = randomStream(11);
  let seen = 0;
  for (let trial = 0; trial < 2000; trial += 1) {
    if (findDrift(Array.from({ length: 30 }, random)) !== null) seen += 1;
  }
  expect(seen / 2000).toBeLessThan(0.016);
});

test('a long series is thinned, not truncated: drift at its end is seen', () => {
  const random = randomStream(3);
  const long = Array.from({ length: 20_000 }, (_, i) => random() + (i > 15_000 ? 1 : 0));
  expect(findDrift(long)).toMatchObject({ kind: 'change of level' });
});

test('nine values are too few to speak of drift, and equal values have none', () => {
  expect(findDrift([1, 2, 3, 4, 5, 6, 7, 8, 9])).toBeNull();
  expect(findDrift(new Array<number>(50).fill(3))).toBeNull();
});
