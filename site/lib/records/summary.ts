import type { RecordClass } from '../../../verify/record/record-class.ts';
import type { ClaimRecord, RunRecord } from '../../../verify/record/record.ts';
import { verdictSchema, type Verdict } from '../../../verify/verdict/verdict.ts';
import { hostAttributes, type HostAttributes } from './host-attributes.ts';
import { hostClass, type HostClass } from './host-class.ts';

/**
 * Whose word a run is. `reference`: kept with the project. `local`: of the machine that builds, never published. The
 * others are the classes of records that come from elsewhere.
 */
export type Origin = 'reference' | 'local' | RecordClass;

export const originWords: Readonly<Record<Origin, string>> = {
  reference: 'kept with the project',
  ci: 'by the project’s own workflow',
  contributed: 'contributed by somebody’s machine',
  reproduced: 'contributed by somebody’s machine, which found again what another had found',
  local: 'local, not published',
};

/** What the pages keep of one claim in one run; the samples stay in the file. */
export interface ClaimRun {
  readonly run: string;
  readonly claim: string;
  readonly verdict: Verdict;
  readonly summary: string;
  readonly revision: number;
  readonly checkDigest: string | null;
  readonly durationMs: number;
}

/** A record but for what it measured. */
export type RunFacts = Omit<RunRecord, 'claims' | 'floor'>;

/** What the pages keep of a run. */
export interface RunSummary {
  readonly run: string;
  readonly origin: Origin;
  readonly file: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly state: 'complete' | 'partial';
  readonly profile: 'quick' | 'full';
  readonly version: string;
  readonly hostClass: HostClass;
  readonly host: HostAttributes;
  readonly doubts: number;
  readonly facts: RunFacts;
  readonly tally: Tally;
  readonly claims: ReadonlyMap<string, ClaimRun>;
}

export type Tally = Readonly<Record<Verdict, number>>;

export function tallyOf(verdicts: Iterable<Verdict>): Tally {
  const tally = Object.fromEntries(verdictSchema.options.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const verdict of verdicts) tally[verdict] += 1;
  return tally;
}

export function summarise(record: RunRecord, origin: Origin, file: string): RunSummary {
  const { claims, floor: _, ...facts } = record;
  return {
    run: record.run,
    origin,
    file,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    state: record.state,
    profile: record.profile,
    version: record.tool.version,
    hostClass: hostClass(record.host),
    host: hostAttributes(record.host),
    doubts: record.warnings.filter(({ lowers }) => lowers).length,
    facts,
    tally: tallyOf(claims.map(({ verdict }) => verdict)),
    claims: new Map(claims.map((claim) => [claim.id, summariseClaim(record.run, claim)])),
  };
}

function summariseClaim(run: string, { id, verdict, summary, revision, digests, durationMs }: ClaimRecord): ClaimRun {
  return { run, claim: id, verdict, summary, revision, checkDigest: digests.check, durationMs };
}
