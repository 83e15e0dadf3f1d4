import { relative } from 'node:path';
import { BaseSequencer, type TestSequencerConstructor } from 'vitest/node';
import { claimsRoot } from '../claim/root.ts';

/**
 * Checks in the order in which they begin: the longest first, so that none is left to run alone at a stage's end. Of what
 * has never run nobody knows, so it begins at once.
 * @param durations of claims by id, ms
 */
export function longestFirst(durations: ReadonlyMap<string, number>): TestSequencerConstructor {
  const duration = (file: string): number =>
    durations.get(relative(claimsRoot(), file).replace(/\.check\.ts$/, '')) ?? Infinity;
  return class extends BaseSequencer {
    override sort(files: Parameters<BaseSequencer['sort']>[0]): ReturnType<BaseSequencer['sort']> {
      const byName = files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
      const key = ({ moduleId }: { readonly moduleId: string }): number => duration(moduleId);
      return Promise.resolve(byName.sort((a, b) => (key(a) === key(b) ? 0 : key(b) - key(a))));
    }
  };
}
