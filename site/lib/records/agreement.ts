import type { SiteClaim } from '../claims/catalogue.ts';
import type { Verdict } from '../../../verify/verdict/verdict.ts';
import { splittingAttributes, type Splitting } from './splitting.ts';
import { decides, type Standing } from './current.ts';

/** How far the kinds of machine agree about a claim. */
export type Agreement = 'split' | 'agreed' | 'single' | 'undecided';

/** `single`: only one kind of machine has decided it; `undecided`: none has. */
export function agreementOf({ byHostClass, split }: Pick<Standing, 'byHostClass' | 'split'>): Agreement {
  const decided = byHostClass.filter(({ of }) => decides(of.verdict)).length;
  if (split) return 'split';
  if (decided === 0) return 'undecided';
  return decided === 1 ? 'single' : 'agreed';
}

export function agreementTally(claims: readonly SiteClaim[]): Readonly<Record<Agreement, number>> {
  const tally: Record<Agreement, number> = { agreed: 0, split: 0, single: 0, undecided: 0 };
  for (const { standing } of claims) tally[agreementOf(standing)] += 1;
  return tally;
}

/** What separates the machines that disagree about a claim; nothing where none do. */
export function splittingsOf({ split, history, current }: Standing): readonly Splitting[] {
  if (!split || current === undefined) return [];
  const said = history.filter(({ of }) => of.revision === current.of.revision);
  return splittingAttributes(said.map(({ of, run }) => ({ verdict: of.verdict, host: run.host })));
}

/** "apparmor: Verified" and the like, for one splitting. */
export function splittingInWords({ values }: Splitting, words: (verdict: Verdict) => string): string {
  return values
    .map(({ value, verdict, machines }) => `${value}: ${words(verdict).toLowerCase()} (${String(machines)})`)
    .join('; ');
}
