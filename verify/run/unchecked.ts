import type { Claim } from '../claim/catalogue.ts';
import { claimRecord } from '../check/claim-record.ts';
import { appendEvent } from '../record/journal.ts';

/** Attributed claims without a check are in the record too: opinion, promise or documentary statement, and said so. */
export async function recordUnchecked(claims: readonly Claim[], journal: string): Promise<void> {
  for (const claim of claims.filter(({ checkFile }) => checkFile === null)) {
    const record = claimRecord(claim, new Date(), 0, { findings: [], exhibits: [], log: '' });
    await appendEvent(journal, { type: 'claim-end', claim: record });
  }
}
