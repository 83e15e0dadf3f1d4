import { readJournal } from '../record/journal.ts';
import { appendEvent } from '../record/journal.ts';
import { claimRecord, unreported } from '../check/claim-record.ts';
import type { Claim } from '../claim/catalogue.ts';
import type { CheckCrash } from './checks.ts';
import type { Stage } from './stages.ts';

/**
 * Claims of the stage whose check could not be loaded or whose process died: what they had settled is kept, the rest is
 * `broken` with the reason.
 */
export async function recordCrashed(stage: Stage, crashes: readonly CheckCrash[], journal: string): Promise<void> {
  if (crashes.length === 0) return;
  const { events } = await readJournal(journal);
  const ended = new Set(events.flatMap((event) => (event.type === 'claim-end' ? [event.claim.id] : [])));
  for (const claim of stage.claims.filter(({ id }) => !ended.has(id))) {
    const crash = crashes.find(({ file }) => file === claim.checkFile);
    if (crash !== undefined) await recordCrash(claim, crash.message, journal, events);
  }
}

async function recordCrash(
  claim: Claim,
  message: string,
  journal: string,
  events: Awaited<ReturnType<typeof readJournal>>['events'],
): Promise<void> {
  const settled = events.flatMap((event) =>
    event.type === 'finding' && event.claim === claim.id ? [event.finding] : [],
  );
  const started = events.find((event) => event.type === 'claim-start' && event.id === claim.id);
  const startedAt = started?.type === 'claim-start' ? new Date(started.startedAt) : new Date();
  const because = `the check's process failed: ${message.split('\n')[0] ?? message}`;
  const findings = [...settled, ...unreported(claim, settled, { kind: 'broken', because })];
  const record = claimRecord(claim, startedAt, { findings, exhibits: [], log: message.slice(0, 8000) });
  await appendEvent(journal, { type: 'claim-end', claim: record });
}
