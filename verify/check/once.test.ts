import { expect, test } from 'vitest';
import { once } from './once.ts';

test('what several ask for is made once, at the first asking', async () => {
  let made = 0;
  const shared = once(() => Promise.resolve((made += 1)));
  expect(made).toBe(0);
  expect(await Promise.all([shared(), shared()])).toEqual([1, 1]);
});
