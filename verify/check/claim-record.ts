import type { Claim } from '../claim/catalogue.ts';
import type { FindingSpec } from '../claim/claim.ts';
import type { ClaimRecord, FindingRecord } from '../record/record.ts';
import { combineVerdict } from '../verdict/combine.ts';
import type { CheckResult } from './run-check.ts';
import { tidyOutcome } from './without-paths.ts';

/**
 * The claim's record: its findings in the frontmatter's order, and the verdict that follows from them.
 * @param durationMs by the monotonic clock: the other one may be set while a check runs
 */
export function claimRecord(claim: Claim, startedAt: Date, durationMs: number, result: CheckResult): ClaimRecord {
  const order = Object.keys(claim.frontmatter.findings);
  const findings = [...result.findings].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const { verdict, summary } = combineVerdict(claim.frontmatter.combine, findings);
  return {
    id: claim.id,
    revision: claim.frontmatter.revision,
    digests: claim.digests,
    combine: claim.frontmatter.combine,
    verdict,
    summary,
    findings,
    exhibits: [...result.exhibits],
    startedAt: startedAt.toISOString(),
    durationMs,
    ...(result.spent === undefined ? {} : { spent: result.spent }),
    log: result.log,
  };
}

/** A record for each declared finding that the check did not settle, with the reason why. */
export function unreported(
  claim: Claim,
  settled: readonly FindingRecord[],
  outcomeOf: (spec: FindingSpec) => FindingRecord['outcome'],
): FindingRecord[] {
  const ids = new Set(settled.map(({ id }) => id));
  return Object.entries(claim.frontmatter.findings)
    .filter(([id]) => !ids.has(id))
    .map(([id, spec]) => ({
      id,
      label: spec.label,
      rule: spec.rule,
      role: spec.role,
      outcome: tidyOutcome(outcomeOf(spec)),
      controls: Object.entries(spec.controls).map(([control, { must, label }]) => ({
        id: control,
        label,
        must,
        outcome: { kind: 'not-run' as const, because: 'the finding was not settled' },
      })),
      durationMs: 0,
    }));
}
