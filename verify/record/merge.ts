import { isDeepStrictEqual } from 'node:util';
import { RecordError } from './errors.ts';
import { hostDifference } from './host.ts';
import { recordSchema, type ClaimRecord, type RunRecord } from './record.ts';
import { validated } from './validate.ts';

/**
 * Joins the parts of each run and keeps runs apart, sorted by run id. Exact and free of order: the parts of a split run
 * give that run again, whichever way it was split. Findings of two hosts never meet in one record.
 * @throws RecordError where parts of one run contradict each other
 */
export function mergeRecords(records: readonly RunRecord[]): RunRecord[] {
  const runs = Map.groupBy(records, ({ run }) => run);
  return [...runs.values()].map(joinParts).sort((a, b) => compare(a.run, b.run));
}

function joinParts(parts: readonly RunRecord[]): RunRecord {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const records = parts.map((part) => validated(recordSchema, part, `The record of run ${part.run}`));
  const [whole, ...others] = records;
  if (whole === undefined) throw new RecordError('There is no record to merge.');
  // The parts' seals are of the parts; the whole is sealed when it is written.
  const { seal: _, spent: _spent, ...first } = whole;
  for (const other of others) refuseOther(first, other);
  const reasons = inOneOrder(records.map(({ because }) => because?.split('; ') ?? []));
  return {
    ...first,
    startedAt: earliest(records.map(({ startedAt }) => startedAt)),
    endedAt: latest(records.map(({ endedAt }) => endedAt)),
    state: records.every(({ state }) => state === 'complete') ? 'complete' : 'partial',
    ...(reasons.length === 0 ? {} : { because: reasons.join('; ') }),
    // Hosts are the same but for the wording of the probe's reason.
    host: records.map(({ host }) => host).reduce((a, b) => (compare(JSON.stringify(b), JSON.stringify(a)) < 0 ? b : a)),
    warnings: inOneOrder(records.map(({ warnings }) => warnings)),
    claims: joinClaims(records),
  };
}

/** What must be the same in all parts of one run. */
function refuseOther(first: RunRecord, other: RunRecord): void {
  const host = hostDifference(first.host, other.host);
  if (host !== null) {
    throw new RecordError(`Two records of run ${first.run} come from two hosts (${host}). Give each its own run.`);
  }
  for (const key of ['tool', 'profile', 'seed', 'floor'] as const) {
    if (!isDeepStrictEqual(first[key], other[key])) {
      throw new RecordError(
        `Two records of run ${first.run} differ in ${key}, so they are two runs. Give each its own run id.`,
      );
    }
  }
}

function joinClaims(parts: readonly RunRecord[]): ClaimRecord[] {
  const claims = new Map<string, ClaimRecord>();
  for (const claim of parts.flatMap((part) => part.claims)) {
    const known = claims.get(claim.id);
    // A part may hold what the other had only begun: a run and its resumption.
    if (known === undefined || (known.unfinished === true && claim.unfinished === undefined))
      claims.set(claim.id, claim);
    else if (claim.unfinished === undefined && !isDeepStrictEqual(known, claim)) {
      throw new RecordError(
        `Two records of run ${parts[0]?.run ?? ''} tell the claim ${claim.id} differently; keep one.`,
      );
    }
  }
  return [...claims.values()].sort((a, b) => compare(a.id, b.id));
}

/** By code unit, which is the same everywhere; the user's language is not. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const earliest = (times: readonly string[]): string => times.reduce((a, b) => (Date.parse(b) < Date.parse(a) ? b : a));
const latest = (times: readonly string[]): string => times.reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a));

/** The list that all have, as it is; else every item of any once, sorted: so no order of the parts shows. */
function inOneOrder<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const [first = []] = lists;
  if (lists.every((list) => isDeepStrictEqual(list, first))) return [...first];
  const items = new Map(lists.flat().map((item) => [JSON.stringify(item), item]));
  return [...items].sort(([a], [b]) => compare(a, b)).map(([, item]) => item);
}
