import { expect, test } from 'vitest';
import { sentenceMark } from './holding.ts';

test.each([
  [[], 'none'],
  [[undefined], 'unwritten'],
  [['verified'], 'verified'],
  [['verified', 'verified'], 'verified'],
  [['verified', undefined], 'verified'],
  [['verified', 'refuted'], 'mixed'],
  [['refuted', 'not-run'], 'refuted'],
  [['verified', 'inconclusive'], 'inconclusive'],
  [['verified', 'attributed'], 'verified'],
  [['attributed', 'not-run'], 'attributed'],
  [['verified', 'refuted', 'broken'], 'broken'],
  [['mixed', 'verified'], 'mixed'],
] as const)('a sentence whose claims are %j is %s', (verdicts, mark) => {
  expect(sentenceMark(verdicts)).toBe(mark);
});
