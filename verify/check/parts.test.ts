import { expect, test } from 'vitest';
import { allPartsHold } from './parts.ts';

test.each([
  [['verified'], true],
  [['verified', 'verified'], true],
  [['verified', 'refuted'], false],
  [['verified', 'mixed'], false],
  [['inconclusive', 'refuted'], false],
  [['broken', 'refuted'], false],
  [['verified', 'inconclusive'], null],
  [['verified', 'not-run'], null],
  [['verified', 'attributed'], null],
  [['verified', 'broken'], null],
  [['verified', null], null],
  [[], null],
] as const)('of parts that came out %j, all hold: %s', (verdicts, holds) => {
  expect(allPartsHold(verdicts.map((verdict) => ({ verdict })))).toBe(holds);
});
