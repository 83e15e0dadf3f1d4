import { loadClaim, type Claim } from '../claim/catalogue.ts';
import { publishedVerdict } from '../record/expected.ts';
import { readJournal } from '../record/journal.ts';
import { lacksFullProfile } from '../record/left-out.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { RunContext } from './run-context.ts';

/** What came out for a claim that another one sums up. */
export interface PartVerdict {
  readonly id: string;
  /** Null: it was not run, and nothing is published for a machine like this. */
  readonly verdict: Verdict | null;
  readonly from: 'this run' | 'published' | 'nowhere';
}

/**
 * The verdicts of a claim's parts: from this run where they have come to their end in it, else as published. What was left to
 * the full profile has not come to its end; what this machine cannot run has, and nobody else's verdict stands for it.
 */
export async function partVerdicts({ frontmatter }: Claim, context: RunContext): Promise<readonly PartVerdict[]> {
  const { events } = await readJournal(context.journal);
  const verdictOf = async (id: string): Promise<PartVerdict> => {
    const ended = events.findLast((event) => event.type === 'claim-end' && event.claim.id === id);
    const own = ended?.type === 'claim-end' ? ended.claim : null;
    if (own !== null && !lacksFullProfile(own)) return { id, verdict: own.verdict, from: 'this run' };
    const part = await loadClaim(id);
    const published = part && context.host ? publishedVerdict(part.frontmatter.expected, context.host) : null;
    return published === null
      ? { id, verdict: own?.verdict ?? null, from: own === null ? 'nowhere' : 'this run' }
      : { id, verdict: published.verdict, from: 'published' };
  };
  return Promise.all(frontmatter.parts.map(verdictOf));
}

/** Do all parts hold? One that was refuted, if only in part, denies it; short of that, all must have been verified. */
export function allPartsHold(parts: readonly Pick<PartVerdict, 'verdict'>[]): boolean | null {
  if (parts.some(({ verdict }) => verdict === 'refuted' || verdict === 'mixed')) return false;
  return parts.length > 0 && parts.every(({ verdict }) => verdict === 'verified') ? true : null;
}
