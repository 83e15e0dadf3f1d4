import { expect, test } from 'vitest';
import { timeLimit } from './time-limit.ts';

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
