import { expect, test } from 'vitest';
import type { Lie } from '../check/run-context.ts';
import { claimRecord, runRecord } from '../record/fixture.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { rowOf } from './sabotage.ts';

const told = (verdict: Verdict) => runRecord({ claims: [claimRecord({ id: 'a/claim', verdict })] });

test.each<[Verdict, Verdict, readonly Lie[]]>([
  ['verified', 'verified', ['stale-instrument']],
  ['verified', 'refuted', []],
  ['verified', 'broken', []],
  ['verified', 'inconclusive', []],
  ['refuted', 'refuted', ['stale-instrument']],
  ['mixed', 'mixed', ['stale-instrument']],
  ['inconclusive', 'inconclusive', []],
  ['attributed', 'attributed', []],
])('an honest %s that a lie leaves %s: unnoticed %j', (honest, lied, unnoticed) => {
  const row = rowOf('a/claim', told(honest), new Map([['stale-instrument', told(lied)]]));
  expect(row).toMatchObject({ honest, lies: { 'stale-instrument': lied }, unnoticed });
});
