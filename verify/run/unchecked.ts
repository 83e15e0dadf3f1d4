import { claimRecord, unreported } from '../check/claim-record.ts';
import { whyWithoutCheck } from '../check/withheld.ts';
import type { RunContext } from '../check/run-context.ts';
import type { Claim } from '../claim/catalogue.ts';
import type { FindingSpec } from '../claim/claim.ts';
import { appendEvent } from '../record/journal.ts';

/** Attributed claims without a check are in the record too: opinion, promise or documentary statement, and said so. */
export async function recordUnchecked(claims: readonly Claim[], journal: string): Promise<void> {
  for (const claim of claims.filter(({ checkFile }) => checkFile === null)) await recordWithout(claim, journal);
}

/** Records the claims whose checks this run does without, each finding with its reason, and returns the others. */
export async function withoutWithheld(claims: readonly Claim[], context: RunContext): Promise<readonly Claim[]> {
  const rest: Claim[] = [];
  for (const claim of claims) {
    const why = whyWithoutCheck(claim, context);
    if (why === null) rest.push(claim);
    else await recordWithout(claim, context.journal, why);
  }
  return rest;
}

async function recordWithout(claim: Claim, journal: string, why?: (spec: FindingSpec) => string): Promise<void> {
  const findings = why === undefined ? [] : unreported(claim, [], (spec) => ({ kind: 'not-run', because: why(spec) }));
  const record = claimRecord(claim, new Date(), 0, { findings, exhibits: [], log: '' });
  await appendEvent(journal, { type: 'claim-end', claim: record });
}
