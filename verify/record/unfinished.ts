import { RecordError } from './errors.ts';
import type { EventOf, JournalEvent } from './event.ts';
import type { ClaimRecord, FindingRecord } from './record.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** What is known of a claim whose check was cut short: the findings of its last start, and no verdict on them. */
export function unfinishedClaim(id: string, events: readonly JournalEvent[], endedAt?: string): ClaimRecord {
  const from = events.findLastIndex((event) => event.type === 'claim-start' && event.id === id);
  const start = events[from];
  if (start?.type !== 'claim-start') throw new RecordError(`The journal does not say when the claim ${id} started.`);
  const since = events.slice(from);
  const findings = since.flatMap((event) => (event.type === 'finding' && event.claim === id ? [event.finding] : []));
  const exhibits = since.flatMap((event) => (event.type === 'exhibit' && event.claim === id ? [event.exhibit] : []));
  return {
    id,
    revision: start.revision,
    digests: start.digests,
    combine: start.combine,
    ...unfinishedVerdict(findings),
    unfinished: true,
    findings,
    exhibits,
    startedAt: start.startedAt,
    durationMs: duration(start, findings, endedAt),
    log: '',
  };
}

/**
 * Which findings are still to come is not known here, so nothing that was settled decides; but a broken finding breaks
 * its claim whatever else comes.
 */
export function unfinishedVerdict(findings: readonly FindingRecord[]): { verdict: Verdict; summary: string } {
  if (findings.some(({ role, outcome }) => role === 'judged' && outcome.kind === 'broken')) {
    return { verdict: 'broken', summary: 'A finding is broken, and the run ended before the check did.' };
  }
  return findings.length === 0
    ? { verdict: 'not-run', summary: 'The run ended before the check settled anything.' }
    : {
        verdict: 'inconclusive',
        summary: `The run ended before the check did; what it had settled is kept (${String(findings.length)}).`,
      };
}

function duration(start: EventOf<'claim-start'>, findings: readonly FindingRecord[], endedAt?: string): number {
  if (endedAt !== undefined) return Math.max(0, Date.parse(endedAt) - Date.parse(start.startedAt));
  return findings.reduce((sum, { durationMs }) => sum + durationMs, 0);
}
