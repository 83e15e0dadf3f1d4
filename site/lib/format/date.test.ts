import { expect, test } from 'vitest';
import { buildDay, formatDuration, longDay, staleFrom } from './date.ts';

test('a verdict becomes stale ninety days after its run', () => {
  expect(staleFrom('2026-11-21T10:15:02Z')).toBe('2027-02-19');
});

test('a day is read in UTC wherever the build runs', () => {
  expect(longDay('2026-11-21T23:59:59Z')).toBe('21 November 2026');
});

test('the day of the build can be given, so that a build can be repeated', () => {
  expect(buildDay({ SOURCE_DATE_EPOCH: '0' })).toBe('1970-01-01');
});

test.each([
  [999, '999 ms'],
  [1000, '1 s'],
  [59_400, '59 s'],
  [185_000, '3 min 5 s'],
])('%d ms is written %s', (milliseconds, expected) => {
  expect(formatDuration(milliseconds)).toBe(expected);
});
