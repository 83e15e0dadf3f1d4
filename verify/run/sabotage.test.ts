import { expect, test } from 'vitest';
import { claimRecord, runRecord } from '../record/fixture.ts';
import type { Lie } from '../record/sabotage-table.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { rowOf } from './sabotage.ts';

const claim = { id: 'a/claim', checkFile: null, frontmatter: { findings: {} } };
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
])('an honest %s that a lie leaves %s: unnoticed %j', async (honest, lied, unnoticed) => {
  const row = await rowOf(claim, told(honest), new Map([['stale-instrument', told(lied)]]));
  expect(row).toMatchObject({ honest, lies: { 'stale-instrument': lied }, unnoticed });
});
