import type { Verdict } from '../../../verify/verdict/verdict.ts';

/** What becomes of one sentence: the verdict of its claims together, or that it is none or not written yet. */
export type Mark = Verdict | 'unwritten' | 'none';

/**
 * The claims of a sentence taken together. One that is broken or wrong is never hidden by another that holds; a
 * sentence with one that holds and one that does not is mixed.
 */
export function sentenceMark(verdicts: readonly (Verdict | undefined)[]): Mark {
  if (verdicts.length === 0) return 'none';
  const known = new Set(verdicts.filter((verdict) => verdict !== undefined));
  if (known.size === 0) return 'unwritten';
  if (known.has('broken')) return 'broken';
  if (known.has('mixed') || (known.has('refuted') && known.has('verified'))) return 'mixed';
  const order: readonly Verdict[] = ['refuted', 'inconclusive', 'verified', 'attributed', 'not-run'];
  return order.find((verdict) => known.has(verdict)) ?? 'unwritten';
}

/** How many of an article's statements have each mark. */
export function marksTally(marks: readonly Mark[]): ReadonlyMap<Mark, number> {
  const tally = new Map<Mark, number>();
  for (const mark of marks) tally.set(mark, (tally.get(mark) ?? 0) + 1);
  return tally;
}
