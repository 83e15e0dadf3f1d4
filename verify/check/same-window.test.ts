import { expect, test } from 'vitest';
import { sameWindow } from './same-window.ts';

test('whichever side is taken first looks, and the other gets what was seen', async () => {
  let looks = 0;
  const inWindow = sameWindow(() => Promise.resolve({ left: (looks += 1), right: 10 * looks }));
  const [left, right] = [inWindow(({ left: value }) => value), inWindow(({ right: value }) => value)];
  expect([await left(), await right(), await right(), await left()]).toEqual([1, 10, 20, 2]);
  expect(looks).toBe(2);
});

test('a look that fails is not handed to the other side', async () => {
  let looks = 0;
  const take = sameWindow(() => {
    looks += 1;
    return looks === 1 ? Promise.reject(new Error('nothing was seen')) : Promise.resolve(looks);
  })((seen) => seen);
  await expect(take()).rejects.toThrow('nothing was seen');
  expect(await take()).toBe(2);
});
