import { loadCatalogue, type Claim } from '../claim/catalogue.ts';
import { publishedVerdict } from '../record/expected.ts';
import { readJournal } from '../record/journal.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { RunContext } from './run-context.ts';

/** What came out for a claim that another one sums up. */
export interface PartVerdict {
  readonly id: string;
  /** Null: it was not run, and nothing is published for a machine like this. */
  readonly verdict: Verdict | null;
  readonly from: 'this run' | 'published' | 'nowhere';
}

/** The verdicts of a claim's parts: from this run where they have come to a verdict in it, else as published. */
export async function partVerdicts({ frontmatter }: Claim, context: RunContext): Promise<readonly PartVerdict[]> {
  const { events } = await readJournal(context.journal);
  const { claims } = await loadCatalogue();
  return frontmatter.parts.map((id): PartVerdict => {
    const ended = events.findLast((event) => event.type === 'claim-end' && event.claim.id === id);
    const own = ended?.type === 'claim-end' ? ended.claim.verdict : null;
    if (own !== null && own !== 'not-run') return { id, verdict: own, from: 'this run' };
    const part = claims.find((claim) => claim.id === id);
    const published = part && context.host ? publishedVerdict(part.frontmatter.expected, context.host) : null;
    return published === null
      ? { id, verdict: own, from: own === null ? 'nowhere' : 'this run' }
      : { id, verdict: published.verdict, from: 'published' };
  });
}

/** Do all parts hold? One that was refuted, if only in part, denies it; short of that, all must have been verified. */
export function allPartsHold(parts: readonly Pick<PartVerdict, 'verdict'>[]): boolean | null {
  if (parts.some(({ verdict }) => verdict === 'refuted' || verdict === 'mixed')) return false;
  return parts.length > 0 && parts.every(({ verdict }) => verdict === 'verified') ? true : null;
}
