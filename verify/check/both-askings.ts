import type { CheckResult } from './run-check.ts';
import type { ClaimRecord } from '../record/record.ts';

type Asking = Pick<ClaimRecord | CheckResult, 'findings' | 'exhibits' | 'spent' | 'log'>;

/**
 * What both askings found of a claim. An outcome that the first came to stands, whatever the second found: that only answers
 * for what was broken, so that nobody has a second chance.
 * @param why it was asked again, as the end of a sentence
 */
export function bothAskings(first: Asking, second: Asking, why: string): CheckResult {
  const settled = new Map(
    first.findings.filter(({ outcome }) => outcome.kind !== 'broken').map((one) => [one.id, one]),
  );
  return {
    findings: second.findings.map((one) => settled.get(one.id) ?? one),
    exhibits: second.exhibits,
    ...(second.spent && { spent: second.spent }),
    log: `Asked again, ${why}. The first time: ${first.log}\n${second.log}`.slice(0, 20_000),
  };
}
