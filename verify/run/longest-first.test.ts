import { join } from 'node:path';
import { expect, test } from 'vitest';
import { longestFirst } from './longest-first.ts';
import { claimsRoot } from '../claim/root.ts';

const check = (id: string) => ({ moduleId: join(claimsRoot(), `${id}.check.ts`) });

test('after the shortest check the longest begins first, one that never ran before all, equals in the order of their names', () => {
  const durations = new Map([
    ['a/short', 10],
    ['b/long', 900],
    ['c/short', 10],
  ]);
  expect(longestFirst(['c/short', 'a/short', 'd/new', 'b/long'].map(check), durations)).toEqual(
    ['c/short', 'd/new', 'b/long', 'a/short'].map(check),
  );
});

test('of nothing comes nothing', () => {
  expect(longestFirst([], new Map())).toEqual([]);
});
