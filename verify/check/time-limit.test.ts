import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { noLongerThan, timeLimit } from './time-limit.ts';

test('when the time is up, the signal is aborted and whoever waits is told how long it was', async () => {
  using limit = timeLimit(0.01, new AbortController().signal);
  await expect(limit.reached).rejects.toThrow('time ran out: the check may take 0.01 s');
  expect(limit.signal.aborted).toBe(true);
});

test('an interruption ends the time at once, also one that came before', async () => {
  const run = new AbortController();
  using limit = timeLimit(3600, run.signal);
  run.abort();
  await expect(limit.reached).rejects.toThrow();
  using late = timeLimit(3600, run.signal);
  expect(late.signal.aborted).toBe(true);
  await expect(late.reached).rejects.toThrow();
});

test('a check that ended first hears nothing of its time', async () => {
  const limit = timeLimit(0.01, new AbortController().signal);
  limit[Symbol.dispose]();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(limit.signal.aborted).toBe(false);
});

const late = new Error('too late');

test('work that is done in time gives its result', async () => {
  expect(await noLongerThan(delay(10, 'done'), 5_000, late)).toBe('done');
});

test('work that is not done by then is left, and the error says so', async () => {
  const started = performance.now();
  await expect(noLongerThan(new Promise(() => undefined), 50, late)).rejects.toBe(late);
  expect(performance.now() - started).toBeLessThan(4_000);
});

test("work that fails in time fails with its own error, and not with the limit's", async () => {
  await expect(noLongerThan(Promise.reject(new Error('its own')), 5_000, late)).rejects.toThrow('its own');
});
