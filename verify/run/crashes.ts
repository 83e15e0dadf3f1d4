import { readJournal } from '../record/journal.ts';
import { appendEvent } from '../record/journal.ts';
import { claimRecord, unreported } from '../check/claim-record.ts';
import { withoutPaths } from '../check/without-paths.ts';
import type { Claim } from '../claim/catalogue.ts';
import type { CheckCrash } from './checks.ts';
import type { ClaimRecord } from '../record/record.ts';

/**
 * What was recorded of these claims, whose checks have run. Those that did not end themselves - their check could not be
 * loaded, or its process died - are recorded here: what they had settled is kept, the rest is `broken` with the reason.
 */
export async function recordsOf(
  claims: readonly Claim[],
  crashes: readonly CheckCrash[],
  journal: string,
): Promise<readonly ClaimRecord[]> {
  const { events } = await readJournal(journal);
  const ended = new Map(events.flatMap((event) => (event.type === 'claim-end' ? [[event.claim.id, event.claim]] : [])));
  const crashed = async (claim: Claim): Promise<ClaimRecord> => {
    const crash = crashes.find(({ file }) => file === claim.checkFile);
    // Of a process that was killed nobody can say more than that it is gone.
    return recordCrash(claim, withoutPaths(crash?.message ?? 'it ended in the middle of the check'), journal, events);
  };
  return Promise.all(claims.map(async (claim) => ended.get(claim.id) ?? (await crashed(claim))));
}

async function recordCrash(
  claim: Claim,
  message: string,
  journal: string,
  events: Awaited<ReturnType<typeof readJournal>>['events'],
): Promise<ClaimRecord> {
  const settled = events.flatMap((event) =>
    event.type === 'finding' && event.claim === claim.id ? [event.finding] : [],
  );
  const started = events.find((event) => event.type === 'claim-start' && event.id === claim.id);
  const startedAt = started?.type === 'claim-start' ? new Date(started.startedAt) : new Date();
  const because = `the check's process failed: ${message.split('\n')[0] ?? message}`;
  const findings = [...settled, ...unreported(claim, settled, () => ({ kind: 'broken', because }))];
  // Whose process is gone can only be timed by the clock on the wall, which may have been set back meanwhile.
  const durationMs = Math.max(0, Date.now() - startedAt.getTime());
  const record = claimRecord(claim, startedAt, durationMs, { findings, exhibits: [], log: message.slice(0, 8000) });
  await appendEvent(journal, { type: 'claim-end', claim: record });
  return record;
}
