import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { Evidence } from './evidence.ts';
import { pairs, ratioOf, sampled, series } from './fixture.ts';
import type { Rule } from './rule.ts';

const median = (threshold: number): Rule => ({ kind: 'quantileBelow', quantile: 0.5, threshold, unit: 's' });
const atLeast = (threshold: number): Rule => ({ kind: 'quantileAtLeast', quantile: 0.5, threshold, unit: 's' });
/** Twelve values whose 95% interval of the median goes from 3 to 10, in an order that goes nowhere. */
const twelve = [1, 12, 2, 11, 3, 10, 4, 9, 5, 8, 6, 7];
const twentyNine = Array.from({ length: 29 }, (_, i) => ((i * 11) % 29) + 1);
const near = 1e-9;

test.each<[string, Rule, Evidence, string]>([
  ['the whole interval below the threshold', median(10 + near), sampled(twelve), 'holds'],
  ['the threshold on the upper end', median(10), sampled(twelve), 'undecided'],
  ['the threshold just above the lower end', median(3 + near), sampled(twelve), 'undecided'],
  ['the threshold on the lower end', median(3), sampled(twelve), 'fails'],
  ['the lower end on a threshold to be reached', atLeast(3), sampled(twelve), 'holds'],
  ['the lower end just short of it', atLeast(3 + near), sampled(twelve), 'undecided'],
  ['the upper end on it', atLeast(10), sampled(twelve), 'undecided'],
  ['the upper end just short of it', atLeast(10 + near), sampled(twelve), 'fails'],
  [
    '90th percentile, 29 samples, threshold above all',
    { ...median(29.5), quantile: 0.9 } as Rule,
    sampled(twentyNine),
    'holds',
  ],
  [
    '90th percentile, 29 samples, one at the threshold',
    { ...median(29), quantile: 0.9 } as Rule,
    sampled(twentyNine),
    'undecided',
  ],
  ['cost ratio below 1.05', { kind: 'notCostlier', margin: 0.05 }, ratioOf(1.0499), 'holds'],
  ['cost ratio of 1.05', { kind: 'notCostlier', margin: 0.05 }, ratioOf(1.05), 'fails'],
  ['cost ratio across 1.05', { kind: 'notCostlier', margin: 0.05 }, ratioOf(1.05, 0.02), 'undecided'],
  [
    'rate ratio above 1/1.05',
    { kind: 'notCostlier', margin: 0.05 },
    pairs(new Array<number>(8).fill(0.96), new Array<number>(8).fill(1), { quantity: 'rate' }),
    'holds',
  ],
  [
    'rate ratio below 1/1.05',
    { kind: 'notCostlier', margin: 0.05 },
    pairs(new Array<number>(8).fill(0.95), new Array<number>(8).fill(1), { quantity: 'rate' }),
    'fails',
  ],
  ['equal within 5%, at the upper edge', { kind: 'equivalent', margin: 0.05 }, ratioOf(1.05), 'holds'],
  ['equal within 5%, just outside the upper edge', { kind: 'equivalent', margin: 0.05 }, ratioOf(1.0501), 'fails'],
  ['equal within 5%, inside the lower edge', { kind: 'equivalent', margin: 0.05 }, ratioOf(0.9525), 'holds'],
  ['equal within 5%, outside the lower edge', { kind: 'equivalent', margin: 0.05 }, ratioOf(0.952), 'fails'],
  ['equal within 5%, across the lower edge', { kind: 'equivalent', margin: 0.05 }, ratioOf(0.955, 0.01), 'undecided'],
  ['ratio at the factor', { kind: 'ratioAtLeast', factor: 2 }, ratioOf(2), 'holds'],
  ['ratio just below the factor', { kind: 'ratioAtLeast', factor: 2 }, ratioOf(1.999), 'fails'],
  ['ratio across the factor', { kind: 'ratioAtLeast', factor: 2 }, ratioOf(2, 0.01), 'undecided'],
  ['ratio at most the factor', { kind: 'ratioAtMost', factor: 0.5 }, ratioOf(0.5), 'holds'],
  ['ratio just above it', { kind: 'ratioAtMost', factor: 0.5 }, ratioOf(0.501), 'fails'],
  ['ratio of nothing to something', { kind: 'ratioAtMost', factor: 0.5 }, ratioOf(0), 'holds'],
  [
    'an exact amount below',
    median(5),
    { kind: 'amount', subject: 'A', value: 4.9, unit: 's', bound: 'exact' },
    'holds',
  ],
  [
    'an exact amount at the threshold',
    median(5),
    { kind: 'amount', subject: 'A', value: 5, unit: 's', bound: 'exact' },
    'fails',
  ],
  [
    'as many as asked for',
    { kind: 'countAtLeast', count: 100 },
    { kind: 'amount', subject: 'A', value: 100, unit: '1', bound: 'exact' },
    'holds',
  ],
  [
    'one fewer',
    { kind: 'countAtLeast', count: 100 },
    { kind: 'amount', subject: 'A', value: 99, unit: '1', bound: 'exact' },
    'fails',
  ],
  ['exact amounts, twice', { kind: 'ratioAtLeast', factor: 2 }, amounts(2, 1), 'holds'],
  ['exact amounts, less than twice', { kind: 'ratioAtLeast', factor: 2 }, amounts(1.99, 1), 'fails'],
  ['true', { kind: 'isTrue' }, { kind: 'truth', value: true, saw: '' }, 'holds'],
  ['not true', { kind: 'isTrue' }, { kind: 'truth', value: false, saw: '' }, 'fails'],
  ['false', { kind: 'isFalse' }, { kind: 'truth', value: false, saw: '' }, 'holds'],
  ['not false', { kind: 'isFalse' }, { kind: 'truth', value: true, saw: '' }, 'fails'],
  ['all the same', { kind: 'same' }, values('a', 'a', 'a'), 'holds'],
  ['one other', { kind: 'same' }, values('a', 'a', 'b'), 'fails'],
  ['"1" is not 1', { kind: 'same' }, values('1', 1), 'fails'],
  ['no two alike', { kind: 'different' }, values('a', 'b', 'c'), 'holds'],
  ['two alike', { kind: 'different' }, values('a', 'b', 'a'), 'fails'],
])('%s: %j', (_, rule, evidence, expected) => {
  expect(decide(rule, evidence).kind).toBe(expected);
});

function amounts(subject: number, baseline: number): Evidence {
  const exact = (label: string, value: number) => ({ label, value, bound: 'exact' as const });
  return { kind: 'amounts', subject: exact('A', subject), baseline: exact('B', baseline), unit: 'B' };
}

function values(...items: (string | number)[]): Evidence {
  return { kind: 'values', items: items.map((value, i) => ({ label: String(i), value })) };
}

test.each<[string, Rule, Evidence, RegExp]>([
  ['a median of five samples', median(9), sampled([1, 2, 3, 4, 5]), /at least 6 samples.*there were 5/],
  [
    'a 90th percentile of 28',
    { kind: 'quantileBelow', quantile: 0.9, threshold: 99, unit: 's' },
    sampled(twentyNine.slice(1)),
    /at least 29 samples.*there were 28/,
  ],
  ['five pairs', { kind: 'equivalent', margin: 0.05 }, ratioOf(1, 0, 5), /at least 6 pairs.*there were 5/],
  ['no samples at all', median(1), sampled([]), /there were 0/],
  [
    'a baseline of zero',
    { kind: 'ratioAtMost', factor: 2 },
    pairs([1, 1, 1, 1, 1, 1], [1, 1, 0, 1, 1, 1]),
    /no ratio of 1 \(A\) by 0 \(B\)/,
  ],
])('%s leaves it undecided, and says why', (_, rule, evidence, because) => {
  const outcome = decide(rule, evidence);
  expect(outcome.kind).toBe('undecided');
  expect(outcome).toHaveProperty('because', expect.stringMatching(because));
});

test.each<[string, Rule, Evidence, RegExp]>([
  [
    'a ratio rule and samples of one subject',
    { kind: 'ratioAtLeast', factor: 2 },
    sampled(twelve),
    /ratioAtLeast judges pairs or two amounts/,
  ],
  ['a quantile rule and pairs', median(1), ratioOf(1), /pairs of samples/],
  ['a quantile rule in another unit', median(1), sampled(twelve, { unit: 'B' }), /in s and the evidence in B/],
  ['isTrue and values', { kind: 'isTrue' }, values('a', 'b'), /isTrue judges an observation/],
  ['same and truth', { kind: 'same' }, { kind: 'truth', value: true, saw: '' }, /same judges values/],
  ['a count and samples', { kind: 'countAtLeast', count: 1 }, sampled(twelve), /one amount/],
  ['a ladder rule and samples', { kind: 'monotone', direction: 'rising', margin: 0 }, sampled(twelve), /a ladder/],
  [
    'sides by different clocks',
    { kind: 'ratioAtLeast', factor: 2 },
    pairs(twelve, twelve, { subject: { clock: 'wall' } }),
    /differ in clock/,
  ],
  [
    'sides of different length',
    { kind: 'ratioAtLeast', factor: 2 },
    pairs(twelve, twelve.slice(1)),
    /incomplete: 12 .* 11/,
  ],
  [
    'a negative cost',
    { kind: 'ratioAtLeast', factor: 2 },
    pairs([-1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]),
    /below zero/,
  ],
])('%s do not fit: broken, with a sentence', (_, rule, evidence, because) => {
  const outcome = decide(rule, evidence);
  expect(outcome.kind).toBe('broken');
  expect(outcome).toHaveProperty('because', expect.stringMatching(because));
});

const slow = new Array<number>(8).fill(100);
const fast = new Array<number>(8).fill(1);
const upper = { bound: 'upper', emulated: true } as const;
const lower = { bound: 'lower', emulated: true } as const;

test.each<[string, Rule, Evidence, string]>([
  ['a fast emulated guest is fast', median(60), sampled(fast, upper), 'holds'],
  ['a slow emulated guest is not slow', median(60), sampled(slow, upper), 'undecided'],
  ['a fast emulated guest does not take minutes', atLeast(60), sampled(fast, upper), 'fails'],
  ['a slow emulated guest does not prove minutes', atLeast(60), sampled(slow, upper), 'undecided'],
  [
    'an emulated guest is not proved dearer',
    { kind: 'ratioAtLeast', factor: 2 },
    pairs(slow, fast, { subject: upper }),
    'undecided',
  ],
  [
    'an emulated guest may be proved no dearer',
    { kind: 'notCostlier', margin: 0.05 },
    pairs(fast, slow, { subject: upper }),
    'holds',
  ],
  [
    'a container is not proved cheaper than an emulated guest',
    { kind: 'ratioAtMost', factor: 0.5 },
    pairs(fast, slow, { baseline: upper }),
    'undecided',
  ],
  [
    'a container may be proved dearer even so',
    { kind: 'ratioAtMost', factor: 0.5 },
    pairs(slow, fast, { baseline: upper }),
    'fails',
  ],
  [
    'a low emulated rate is not proved low',
    { kind: 'notCostlier', margin: 0.05 },
    pairs(fast, slow, { quantity: 'rate', subject: lower }),
    'undecided',
  ],
  [
    'a high emulated rate is high',
    { kind: 'notCostlier', margin: 0.05 },
    pairs(slow, fast, { quantity: 'rate', subject: lower }),
    'holds',
  ],
  [
    'of two emulated guests nothing is concluded',
    { kind: 'ratioAtLeast', factor: 2 },
    pairs(slow, fast, { subject: upper, baseline: upper }),
    'undecided',
  ],
  [
    'a share of an emulated guest decides nothing',
    median(60),
    sampled(fast, { bound: 'none', emulated: true }),
    'undecided',
  ],
  [
    'memory of an emulated guest is exact',
    { kind: 'ratioAtMost', factor: 0.5 },
    pairs(fast, slow, { quantity: 'amount', baseline: { emulated: true } }),
    'holds',
  ],
])('%s', (_, rule, evidence, expected) => {
  const outcome = decide(rule, evidence);
  expect(outcome.kind).toBe(expected);
  if (expected === 'undecided')
    expect(outcome).toHaveProperty('because', expect.stringMatching(/bound|nothing can be concluded/));
});

test('a number is kept with its interval, its bound and how it was made', () => {
  expect(decide(median(60), sampled(twelve, upper)).estimate).toEqual({
    value: 6.5,
    interval: [3, 10],
    confidence: 0.95,
    unit: 's',
    bound: 'upper',
    n: 12,
    what: 'median',
    method: 'order statistics, binomial',
  });
});

const rising = Array.from({ length: 20 }, (_, i) => 1 + i / 20 + (i % 3) / 100);

test('drift that could change the outcome leaves it undecided, and says so', () => {
  expect(decide(median(2), sampled(rising))).toMatchObject({
    kind: 'undecided',
    because: expect.stringMatching(/drifted .*trend/) as string,
  });
});

test('drift far from the threshold does not change the outcome, and is noted', () => {
  expect(decide(median(20), sampled(rising))).toMatchObject({
    kind: 'holds',
    estimate: { method: expect.stringMatching(/a trend was seen/) as string },
  });
});

test('drift that both sides share cancels in their ratio', () => {
  expect(decide({ kind: 'equivalent', margin: 0.05 }, pairs(rising, rising)).kind).toBe('holds');
});

const noisy = (spread: number, clock: 'wall' | 'cpu' = 'cpu') => {
  const first = Array.from({ length: 30 }, (_, i) => 1 + (i % 2 === 0 ? spread : -spread));
  const side = (values: readonly number[]) => series(values, { clock });
  return [{ where: 'host' as const, clock, first: side(first), second: side(new Array<number>(30).fill(1)) }];
};

test.each([
  ['a floor inside the margin', 0.01, ratioOf(1), 'holds'],
  ['a floor outside the margin', 0.1, ratioOf(1), 'undecided'],
  ['a floor outside the margin, an effect that clears both', 0.1, ratioOf(1.5), 'fails'],
  ['a floor outside the margin, an effect within the noise', 0.1, ratioOf(1.12), 'undecided'],
])('%s', (_, spread, evidence, expected) => {
  const outcome = decide({ kind: 'notCostlier', margin: 0.05 }, evidence, { floor: noisy(spread) });
  expect(outcome.kind).toBe(expected);
  if (expected === 'undecided')
    expect(outcome).toHaveProperty('because', expect.stringMatching(/same work against itself/));
});

test('the floor of another clock, and exact evidence, leave the outcome as it is', () => {
  const rule: Rule = { kind: 'notCostlier', margin: 0.05 };
  expect(decide(rule, ratioOf(1), { floor: noisy(0.1, 'wall') }).kind).toBe('holds');
  expect(decide(rule, amounts(1, 1), { floor: noisy(0.1) }).kind).toBe('holds');
});

const busy = [{ what: 'busy processors', value: '80%', lowers: true }];
const wall = { clock: 'wall' } as const;

test.each<[string, Rule, Evidence, string]>([
  ['a short wall-clock time stays short', median(60), sampled(fast, wall), 'holds'],
  ['a long one may be the machine', median(60), sampled(slow, wall), 'undecided'],
  ['a long one may be the machine, other way round', atLeast(60), sampled(slow, wall), 'undecided'],
  ['CPU time is not concerned', median(60), sampled(slow), 'fails'],
  [
    'a wall-clock ratio without a floor decides nothing',
    { kind: 'ratioAtLeast', factor: 2 },
    pairs(slow, fast, { subject: wall, baseline: wall }),
    'undecided',
  ],
])('on a disturbed machine %s', (_, rule, evidence, expected) => {
  expect(decide(rule, evidence, { warnings: busy }).kind).toBe(expected);
  expect(decide(rule, evidence, { warnings: [{ what: 'governor', value: 'powersave', lowers: false }] }).kind).toBe(
    decide(rule, evidence).kind,
  );
});

test('on a disturbed machine a wall-clock ratio that clears the noise stands', () => {
  const evidence = pairs(slow, fast, { subject: wall, baseline: wall });
  expect(
    decide({ kind: 'ratioAtLeast', factor: 2 }, evidence, { warnings: busy, floor: noisy(0.2, 'wall') }).kind,
  ).toBe('holds');
});

const rung = (subject: string, values: readonly number[], changes = {}) => series(values, { subject, ...changes });
const wave = [0, 0.1, -0.1, 0.05, -0.05, 0.1, -0.1, 0, 0.1, -0.1];
const level = (base: number) => wave.map((w) => base + w);

test.each<[string, readonly number[][], 'rising' | 'falling', number, string]>([
  ['every step up', [level(1), level(2), level(3)], 'rising', 0, 'holds'],
  ['one step down', [level(1), level(2), level(1.5)], 'rising', 0, 'fails'],
  ['a step of nothing at all', [level(1), level(1), level(2)], 'rising', 0, 'fails'],
  ['every step down', [level(3), level(2), level(1)], 'falling', 0, 'holds'],
  ['a step within the margin', [level(1), level(1.02), level(2)], 'rising', 0.05, 'fails'],
  ['a step beyond the margin', [level(1), level(1.2), level(2)], 'rising', 0.05, 'holds'],
  [
    'a step that comes and goes',
    [level(1), level(1).map((x, i) => x + (i % 2 === 0 ? 0.5 : -0.5))],
    'rising',
    0,
    'undecided',
  ],
  ['five rounds', [level(1).slice(5), level(2).slice(5)], 'rising', 0, 'undecided'],
])('a ladder with %s', (_, levels, direction, margin, expected) => {
  const rungs = levels.map((values, i) => rung(String(i), values));
  expect(decide({ kind: 'monotone', direction, margin }, { kind: 'ladder', rungs }).kind).toBe(expected);
});

test('a ladder of emulated guests proves no growing cost', () => {
  const rungs = [1, 2, 3].map((base) => rung(String(base), level(base), upper));
  expect(decide({ kind: 'monotone', direction: 'rising', margin: 0 }, { kind: 'ladder', rungs }).kind).toBe(
    'undecided',
  );
});

test('a ladder whose rungs are of different kinds is broken', () => {
  const rungs = [rung('a', level(1)), rung('b', level(2), { unit: 'B' })];
  expect(decide({ kind: 'monotone', direction: 'rising', margin: 0 }, { kind: 'ladder', rungs }).kind).toBe('broken');
});
