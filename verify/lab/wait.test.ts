import { expect, test } from 'vitest';
import { settled, until } from './wait.ts';

test('a condition that comes true is waited for, and no longer', async () => {
  let asked = 0;
  const started = performance.now();
  expect(await until(() => (asked += 1) >= 4, 5_000)).toBe(true);
  expect(asked).toBe(4);
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('one that never does is given up at its time', async () => {
  const started = performance.now();
  expect(await until(() => Promise.resolve(false), 150)).toBe(false);
  expect(performance.now() - started).toBeGreaterThanOrEqual(150);
});

test('a number that grows is waited for until it stops', async () => {
  let count = 0;
  expect(await settled(() => Math.min((count += 1), 7), 5_000)).toBe(7);
  expect(count).toBeGreaterThan(7);
});

test('one that never stops is read at the end of its time', async () => {
  let count = 0;
  expect(await settled(() => (count += 1), 300)).toBe(count);
});
