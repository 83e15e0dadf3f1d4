import { relative } from 'node:path';
import { BaseSequencer, type TestSequencerConstructor } from 'vitest/node';
import { claimsRoot } from '../claim/root.ts';

/**
 * The shortest one, so that there is a verdict soon, and then the longest first, so that none is left to run alone at a
 * stage's end. Of what has never run nobody knows, so it counts as longest; equals stand in the order of their names.
 * @param durations of claims by id, ms
 */
export function longestFirst<T extends { readonly moduleId: string }>(
  checks: readonly T[],
  durations: ReadonlyMap<string, number>,
): T[] {
  const duration = ({ moduleId }: T): number =>
    durations.get(relative(claimsRoot(), moduleId).replace(/\.check\.ts$/, '')) ?? Infinity;
  const sorted = checks
    .toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1))
    .sort((a, b) => (duration(a) === duration(b) ? 0 : duration(b) - duration(a)));
  return [...sorted.slice(-1), ...sorted.slice(0, -1)];
}

/** What tells Vitest in which order checks begin. */
export function longestFirstSequencer(durations: ReadonlyMap<string, number>): TestSequencerConstructor {
  return class extends BaseSequencer {
    override sort(checks: Parameters<BaseSequencer['sort']>[0]): ReturnType<BaseSequencer['sort']> {
      return Promise.resolve(longestFirst(checks, durations));
    }
  };
}
