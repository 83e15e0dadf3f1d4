import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TestSpecification, Vitest } from 'vitest/node';
import { longestFirst } from './longest-first.ts';
import { claimsRoot } from '../claim/root.ts';

const specification = (id: string) => ({ moduleId: join(claimsRoot(), `${id}.check.ts`) }) as TestSpecification;

test('the longest check begins first, one that never ran before all, and equals in the order of their names', async () => {
  const durations = new Map([
    ['a/short', 10],
    ['b/long', 900],
    ['c/short', 10],
  ]);
  const sequencer = new (longestFirst(durations))({} as Vitest);
  const sorted = await sequencer.sort(['c/short', 'a/short', 'd/new', 'b/long'].map(specification));
  expect(sorted.map(({ moduleId }) => moduleId)).toEqual(
    ['d/new', 'b/long', 'a/short', 'c/short'].map((id) => specification(id).moduleId),
  );
});
