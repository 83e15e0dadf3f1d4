import { claimRecord, unreported } from '../check/claim-record.ts';
import { missingNeed } from '../check/needs.ts';
import { isJudgedHere, whyWithheld } from '../check/withheld.ts';
import type { RunContext } from '../check/run-context.ts';
import type { Claim } from '../claim/catalogue.ts';
import type { FindingSpec } from '../claim/claim.ts';
import { leftOutOfQuick } from '../record/left-out.ts';
import { appendEvent } from '../record/journal.ts';

/** Attributed claims without a check are in the record too: opinion, promise or documentary statement, and said so. */
export async function recordUnchecked(claims: readonly Claim[], journal: string): Promise<void> {
  for (const claim of claims.filter(({ checkFile }) => checkFile === null)) await recordWithout(claim, journal);
}

/**
 * Records the claims whose checks this run does without, each finding with its reason, and returns the others: what the
 * machine lacks for the whole claim, and in the quick profile that nothing of it could be judged.
 */
export async function withoutWithheld(claims: readonly Claim[], context: RunContext): Promise<readonly Claim[]> {
  const rest: Claim[] = [];
  for (const claim of claims) {
    const lacking = missingNeed(claim.frontmatter.needs, context.missing);
    if (lacking !== null) await recordWithout(claim, context.journal, () => lacking);
    else if (context.profile === 'quick' && !isJudgedHere(claim, context)) {
      const why = (spec: FindingSpec) => whyWithheld(spec, context) ?? `${leftOutOfQuick} with the rest`;
      await recordWithout(claim, context.journal, why);
    } else rest.push(claim);
  }
  return rest;
}

async function recordWithout(claim: Claim, journal: string, why?: (spec: FindingSpec) => string): Promise<void> {
  const findings = why === undefined ? [] : unreported(claim, [], (spec) => ({ kind: 'not-run', because: why(spec) }));
  const record = claimRecord(claim, new Date(), 0, { findings, exhibits: [], log: '' });
  await appendEvent(journal, { type: 'claim-end', claim: record });
}
