import { expect, test } from 'vitest';
import { combineVerdict, type CombinedFinding, verdictOf } from './combine.ts';
import { ratioOf, sampled } from './fixture.ts';
import type { Combine, Outcome, OutcomeKind, Verdict } from './verdict.ts';

const kinds: readonly OutcomeKind[] = ['holds', 'fails', 'undecided', 'not-run', 'broken'];
/** Which kinds occur among the judged findings decides; how often does not. All 31 sets that are not empty. */
const sets = Array.from({ length: 31 }, (_, i) => kinds.filter((_kind, bit) => ((i + 1) >> bit) & 1));
const letters: Readonly<Record<OutcomeKind, string>> = {
  holds: 'H',
  fails: 'F',
  undecided: 'U',
  'not-run': 'N',
  broken: 'B',
};

/** The whole truth table for sets without `broken`, which always gives broken: set -> verdict under all, any, each. */
const table: Readonly<Record<string, readonly [Verdict, Verdict, Verdict]>> = {
  H: ['verified', 'verified', 'verified'],
  F: ['refuted', 'refuted', 'refuted'],
  U: ['inconclusive', 'inconclusive', 'inconclusive'],
  N: ['not-run', 'not-run', 'not-run'],
  HF: ['refuted', 'verified', 'mixed'],
  HU: ['inconclusive', 'verified', 'inconclusive'],
  HN: ['not-run', 'verified', 'not-run'],
  FU: ['refuted', 'inconclusive', 'inconclusive'],
  FN: ['refuted', 'not-run', 'not-run'],
  UN: ['inconclusive', 'inconclusive', 'inconclusive'],
  HFU: ['refuted', 'verified', 'mixed'],
  HFN: ['refuted', 'verified', 'mixed'],
  HUN: ['inconclusive', 'verified', 'inconclusive'],
  FUN: ['refuted', 'inconclusive', 'inconclusive'],
  HFUN: ['refuted', 'verified', 'mixed'],
};
const combines: readonly Combine[] = ['all', 'any', 'each'];

test.each(
  sets.flatMap((set) => combines.map((combine) => ({ set, combine, key: set.map((kind) => letters[kind]).join('') }))),
)('under $combine, findings of $key', ({ set, combine, key }) => {
  const expected = set.includes('broken') ? 'broken' : table[key]?.[combines.indexOf(combine)];
  expect(expected).toBeDefined();
  expect(verdictOf(combine, set)).toBe(expected);
  // Neither order nor number matters.
  expect(verdictOf(combine, [...set.toReversed(), ...set])).toBe(expected);
});

const outcome = (kind: OutcomeKind): Outcome =>
  kind === 'holds' || kind === 'fails' ? { kind } : { kind, because: 'so it is' };
const finding = (id: string, kind: OutcomeKind, more: Partial<CombinedFinding> = {}): CombinedFinding => ({
  id,
  role: 'judged',
  outcome: outcome(kind),
  ...more,
});

test('supporting findings never count, and a broken one is named all the same', () => {
  const { verdict, summary } = combineVerdict('all', [
    finding('main', 'holds'),
    finding('beside', 'broken', { role: 'supporting' }),
  ]);
  expect(verdict).toBe('verified');
  expect(summary).toMatch(/Broken, though it does not count: beside: so it is\./);
});

test('a claim without judged findings is attributed', () => {
  expect(combineVerdict('all', []).verdict).toBe('attributed');
  expect(combineVerdict('all', [finding('a', 'fails', { role: 'supporting' })]).verdict).toBe('attributed');
  expect(combineVerdict('all', [finding('a', 'fails')], 'attributed').verdict).toBe('attributed');
});

test.each<[Combine, OutcomeKind[], RegExp]>([
  ['each', ['holds', 'fails'], /Holds: f0\. Fails: f1\./],
  ['all', ['holds', 'undecided'], /Undecided: f1: so it is\./],
  ['all', ['not-run'], /Not run: f0: so it is\./],
  ['all', ['not-run', 'not-run'], /Not run: so it is\.$/],
  ['all', ['not-run', 'holds', 'not-run'], /Not run: f0, f2: so it is\.$/],
  ['all', ['holds', 'fails'], /1 of 2 findings fail: f1/],
])('the summary under %s of %j names findings and reasons', (combine, outcomes, expected) => {
  const findings = outcomes.map((kind, i) => finding(`f${String(i)}`, kind));
  expect(combineVerdict(combine, findings).summary).toMatch(expected);
});

const cheap = { kind: 'notCostlier', margin: 0.05 } as const;
const ratio = (id: string, value: number, n: number) =>
  finding(id, value < 1.05 ? 'holds' : 'fails', { rule: cheap, evidence: ratioOf(value, 0, n) });

test('one failure among eight that could be chance does not refute, one that could not does', () => {
  const others = Array.from({ length: 7 }, (_, i) => ratio(`same-${String(i)}`, 1, 30));
  // Six pairs on one side: p = 1/64. Where the other seven are beyond doubt no chance is left to share with them (Holm
  // steps down); where they are not, one in 64 among eight is no rarity.
  expect(combineVerdict('all', [...others, ratio('odd', 1.2, 6)])).toMatchObject({ verdict: 'refuted' });
  const undecided = others.map((other) => ({ ...other, outcome: outcome('undecided') }));
  const doubtful = combineVerdict('all', [...undecided, ratio('odd', 1.2, 6)]);
  expect(doubtful.verdict).toBe('inconclusive');
  expect(doubtful.summary).toMatch(/odd: it fails by itself, which among 8 findings of its kind may be chance \(Holm/);
  expect(combineVerdict('all', [...undecided, ratio('odd', 1.2, 30)]).verdict).toBe('refuted');
});

test('what all findings agree on needs no correction', () => {
  expect(combineVerdict('all', [ratio('a', 1.2, 6), ratio('b', 1.2, 6)]).verdict).toBe('refuted');
  expect(combineVerdict('any', [ratio('a', 1, 6), ratio('b', 1, 6)]).verdict).toBe('verified');
});

test('exact findings and other kinds of rule are no family of chances', () => {
  const exact = finding('count', 'fails', {
    rule: { kind: 'isTrue' },
    evidence: { kind: 'truth', value: false, saw: '' },
  });
  const median = finding('time', 'fails', {
    rule: { kind: 'quantileBelow', quantile: 0.5, threshold: 1, unit: 's' },
    evidence: sampled([2, 2, 2, 2, 2, 2]),
  });
  expect(combineVerdict('all', [finding('ok', 'holds'), exact]).verdict).toBe('refuted');
  expect(combineVerdict('all', [ratio('a', 1, 30), ratio('b', 1, 30), median]).verdict).toBe('refuted');
});
