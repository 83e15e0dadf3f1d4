import { isDeepStrictEqual } from 'node:util';
import { RecordError } from './errors.ts';
import type { EventOf, JournalEvent } from './event.ts';
import { hostDifference } from './host.ts';
import { recordSchema, recordSchemaVersion, type ClaimRecord, type RunRecord } from './record.ts';
import { unfinishedClaim } from './unfinished.ts';
import { validated } from './validate.ts';

/**
 * The record of what a journal tells, whole or not. A claim that ended is kept as it was judged; of one that did not,
 * what it had settled is kept and its verdict left open; one that never started is not in the record.
 * @throws RecordError where the journal does not say which run or which host, or tells of two
 */
export function recordFromJournal(events: readonly JournalEvent[]): RunRecord {
  const run = one(ofType(events, 'run'), 'which run it is');
  const host = one(ofType(events, 'host'), 'which host it ran on').host;
  const end = ending(events);
  const claims = claimsOf(events, end);
  const open = run.planned.filter((id) => !claims.some((claim) => claim.id === id && claim.unfinished === undefined));
  const state = end?.state === 'complete' && open.length === 0 ? 'complete' : 'partial';
  const because = state === 'complete' ? end?.because : reason(end, open.length, run.planned.length);
  const record: RunRecord = {
    schema: recordSchemaVersion,
    run: run.run,
    startedAt: run.startedAt,
    endedAt: end?.endedAt ?? lastKnownTime(run, claims),
    state,
    ...(because === undefined ? {} : { because }),
    tool: run.tool,
    profile: run.profile,
    seed: run.seed,
    host,
    floor: ofType(events, 'floor').at(-1)?.floor ?? [],
    warnings: ofType(events, 'warnings').at(-1)?.warnings ?? [],
    claims,
    // What a resumed run took in all is not known.
    ...(end?.spent === undefined || ofType(events, 'run').length > 1 ? {} : { spent: end.spent }),
  };
  return validated(recordSchema, record, `The record that the journal of run ${run.run} makes`);
}

/** The planned claims that have not ended, in the order of the plan: what `--resume` goes on with. */
export function remainingClaims(events: readonly JournalEvent[]): string[] {
  const ended = new Set(ofType(events, 'claim-end').map(({ claim }) => claim.id));
  const { planned } = one(ofType(events, 'run'), 'which run it is');
  return planned.filter((id) => !ended.has(id));
}

function ofType<Type extends JournalEvent['type']>(events: readonly JournalEvent[], type: Type): EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> => event.type === type);
}

/** The first of them; any further one (a resumed run writes its own) must not contradict it. */
function one<Event extends EventOf<'run'> | EventOf<'host'>>(found: readonly Event[], what: string): Event {
  const [first, ...others] = found;
  if (first === undefined) {
    throw new RecordError(`The journal does not say ${what}: the run ended before it knew. Start a new run.`);
  }
  for (const other of others) {
    const difference = contradiction(first, other);
    if (difference !== null) {
      throw new RecordError(`The journal tells of two: ${difference}. One record cannot hold both; start a new run.`);
    }
  }
  return first;
}

/** A record has one of each; findings made under another would be told falsely. */
function contradiction(
  first: EventOf<'run'> | EventOf<'host'>,
  other: EventOf<'run'> | EventOf<'host'>,
): string | null {
  if (first.type === 'host') return other.type === 'host' ? hostDifference(first.host, other.host) : null;
  if (other.type === 'host') return null;
  const key = (['run', 'profile', 'seed', 'tool'] as const).find(
    (field) => !isDeepStrictEqual(first[field], other[field]),
  );
  return key === undefined ? null : `${key} ${JSON.stringify(first[key])} and ${JSON.stringify(other[key])}`;
}

/** The end of the run; none where claims went on after it (a resumed run that died in its turn). */
function ending(events: readonly JournalEvent[]): EventOf<'run-end'> | undefined {
  const last = events.findLastIndex(({ type }) => type === 'run-end');
  const wentOn = events.slice(last + 1).some(({ type }) => type.startsWith('claim-'));
  const event = events[last];
  return event?.type === 'run-end' && !wentOn ? event : undefined;
}

function claimsOf(events: readonly JournalEvent[], end: EventOf<'run-end'> | undefined): ClaimRecord[] {
  const ended = new Map(ofType(events, 'claim-end').map(({ claim }) => [claim.id, claim]));
  const unfinished = ofType(events, 'claim-start')
    .filter(({ id }) => !ended.has(id))
    .map(({ id }) => unfinishedClaim(id, events, end?.endedAt));
  const byId = new Map(unfinished.map((claim) => [claim.id, claim]));
  return [...ended.values(), ...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function reason(end: EventOf<'run-end'> | undefined, open: number, planned: number): string {
  const why = end === undefined ? 'the run was cut short' : (end.because ?? 'the run ended early');
  return `${why}; ${String(open)} of ${String(planned)} planned claims did not come to their end`;
}

function lastKnownTime(run: EventOf<'run'>, claims: readonly ClaimRecord[]): string {
  const times = claims.map(({ startedAt, durationMs }) => Date.parse(startedAt) + durationMs);
  return new Date(Math.max(Date.parse(run.startedAt), ...times)).toISOString();
}
