import { expect, test } from 'vitest';
import { timeLeft } from './progress.ts';

const durations = new Map([
  ['a/one', 10_000],
  ['a/two', 30_000],
  ['a/three', 20_000],
]);

test('without an earlier run the number of claims is told and no time', () => {
  expect(timeLeft(['a/one', 'a/two'], { lastDurations: new Map(), atOnce: () => 1 })).toBe('2 to go');
});

test('known durations are added up, and an unknown claim counts as the median of the others', () => {
  const options = { lastDurations: durations, atOnce: () => 1 };
  expect(timeLeft(['a/one', 'a/new'], options)).toBe('about 30 s left');
});

test('claims that run side by side share the time', () => {
  const options = { lastDurations: durations, atOnce: () => 2 };
  expect(timeLeft(['a/one', 'a/two'], options)).toBe('about 20 s left');
});

test('a minute or more is told in minutes', () => {
  const options = { lastDurations: durations, atOnce: () => 1 };
  expect(timeLeft(['a/one', 'a/two', 'a/three'], options)).toBe('about 1 min left');
});
