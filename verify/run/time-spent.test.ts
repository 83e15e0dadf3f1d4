import { expect, test } from 'vitest';
import { claimRecord } from '../record/fixture.ts';
import { addClaims, timeSpent } from './time-spent.ts';

const alone = claimRecord({ id: 'a/alone', spent: { setUpMs: 2_000, workMs: 10_000 } });
const beside = claimRecord({ id: 'a/beside', spent: { setUpMs: 1_000, workMs: 4_000 } });
const none = claimRecord({ id: 'a/none' });
const begun = () => ({ setUpMs: 6_000, subjectsMs: 0, workMs: 3_000, checksMs: 20_000 });

test.each([
  ['one alone counts in full', [[alone]], 3, { subjectsMs: 2_000, workMs: 13_000 }, 9_000],
  ['two that were alone', [[alone], [beside]], 3, { subjectsMs: 3_000, workMs: 17_000 }, 4_000],
  ['two side by side by their share', [[alone, beside]], 3, { subjectsMs: 1_500, workMs: 10_000 }, 12_500],
  ['three in two lanes', [[alone, beside, none]], 2, { subjectsMs: 1_500, workMs: 10_000 }, 12_500],
  ['a claim without times is all overhead', [[none]], 2, { subjectsMs: 0, workMs: 3_000 }, 21_000],
  ['no claim', [[]], 2, { subjectsMs: 0, workMs: 3_000 }, 21_000],
])('%s', (_, stages, lanes, waited, overheadMs) => {
  const spent = begun();
  for (const claims of stages) addClaims(spent, claims, lanes);
  expect(timeSpent(spent, 30_000)).toEqual({
    totalMs: 30_000,
    setUpMs: 6_000,
    checksMs: 20_000,
    ...waited,
    overheadMs,
  });
});

test('of claims that waited for more than the run took, there is no overhead', () => {
  expect(timeSpent(begun(), 1_000).overheadMs).toBe(0);
});
