import { combineVerdict } from '../verdict/combine.ts';
import { judgeFinding, type Taken } from '../verdict/finding.ts';
import type { Outcome } from '../verdict/verdict.ts';
import type { ClaimRecord, ControlRecord, FindingRecord, RunRecord } from './record.ts';
import { unfinishedVerdict } from './unfinished.ts';

/**
 * Judges a record again from its evidence alone, with no lab. Where there is no evidence (it did not run, the check
 * failed) there is nothing to judge, and the recorded outcome stands.
 */
export function rejudge(record: RunRecord): RunRecord {
  return { ...record, claims: record.claims.map((claim) => rejudgeClaim(claim, record)) };
}

function rejudgeClaim(claim: ClaimRecord, record: RunRecord): ClaimRecord {
  const findings = claim.findings.map((finding) => rejudgeFinding(finding, record));
  const decided = claim.unfinished === true ? unfinishedVerdict(findings) : combineVerdict(claim.combine, findings);
  return { ...claim, verdict: decided.verdict, summary: decided.summary, findings };
}

function rejudgeFinding(finding: FindingRecord, { floor, warnings }: RunRecord): FindingRecord {
  const { rule, role, evidence } = finding;
  if (evidence === undefined) return finding;
  const judged = judgeFinding({
    rule,
    role,
    subject: { kind: 'evidence', evidence },
    controls: finding.controls.map((control) => ({ id: control.id, must: control.must, taken: takenOf(control) })),
    context: { floor, warnings },
  });
  const outcomes = new Map(judged.controls.map(({ id, outcome }) => [id, outcome]));
  return {
    ...finding,
    outcome: asRehearsed(finding.outcome, judged.outcome),
    controls: finding.controls.map((control) => ({ ...control, outcome: outcomes.get(control.id) ?? control.outcome })),
  };
}

function takenOf({ evidence, outcome }: ControlRecord): Taken {
  if (evidence !== undefined) return { kind: 'evidence', evidence };
  const because = 'because' in outcome ? outcome.because : 'the record keeps no evidence of it';
  return { kind: outcome.kind === 'broken' ? 'broken' : 'not-run', because };
}

/** What ran only for its mechanics is not judged, now as then; unless it turns out to be broken. */
function asRehearsed(recorded: Outcome, judged: Outcome): Outcome {
  if (recorded.kind !== 'not-run' || judged.kind === 'broken') return judged;
  const { kind, because, rehearsal } = recorded;
  return {
    kind,
    because,
    ...(rehearsal === undefined ? {} : { rehearsal }),
    ...(judged.estimate === undefined ? {} : { estimate: judged.estimate }),
  };
}

/** Where judging again came to something else. */
export interface Rejudged {
  /** The claim, then the finding and the control where it is one of theirs. */
  readonly where: readonly string[];
  readonly recorded: string;
  readonly judged: string;
}

/** Verdicts, outcomes and estimates that differ, in the record's order. */
export function rejudgedDifferences(recorded: RunRecord, judged: RunRecord): Rejudged[] {
  const again = told(judged);
  return told(recorded).flatMap(({ where, what }, index): Rejudged[] => {
    const other = again[index]?.what ?? 'nothing';
    return other === what ? [] : [{ where, recorded: what, judged: other }];
  });
}

/** Everything that a record says came out, in its order. */
function told({ claims }: RunRecord): { where: string[]; what: string }[] {
  return claims.flatMap(({ id, verdict, findings }) => [
    { where: [id], what: verdict },
    ...findings.flatMap((finding) => [
      { where: [id, finding.id], what: outcomeText(finding.outcome) },
      ...finding.controls.map((control) => ({
        where: [id, finding.id, control.id],
        what: outcomeText(control.outcome),
      })),
    ]),
  ]);
}

function outcomeText({ kind, estimate }: Outcome): string {
  if (estimate === undefined) return kind;
  const { what, value, unit, interval } = estimate;
  return `${kind} (${what} ${String(value)} ${unit}, ${interval === null ? 'no interval' : interval.join(' to ')})`;
}
