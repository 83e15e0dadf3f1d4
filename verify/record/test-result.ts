import { z } from 'zod';
import { machineWords, type ClaimVerdict, type RunVerdicts } from './run-verdicts.ts';

/** Of the in-toto attestation framework: spec/predicates/test-result.md there. */
export const testResultType = 'https://in-toto.io/attestation/test-result/v0.1';

const descriptor = z.object({
  name: z.string(),
  digest: z.record(z.string(), z.string()),
});

export const testResultSchema = z.object({
  result: z.enum(['PASSED', 'WARNED', 'FAILED']),
  configuration: z.array(descriptor),
  url: z.string().optional(),
  passedTests: z.array(z.string()),
  warnedTests: z.array(z.string()),
  failedTests: z.array(z.string()),
});
export type TestResult = z.infer<typeof testResultSchema>;

/** An in-toto statement (spec/v1/statement.md there): the predicate is kept as it is. */
export const statementSchema = z.looseObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.object({ name: z.string().optional(), digest: z.record(z.string(), z.string()) })),
  predicateType: z.string(),
  predicate: z.unknown(),
});
export type Statement = z.infer<typeof statementSchema>;

/**
 * What the runs say, as the predicate of an attestation whose subjects are their record files. A test is a claim on a
 * kind of machine, and it passes when its check decided: a refuted claim is a result. What could not be decided is
 * warned of, a broken check failed, and what did not run is not named.
 * @param url of the page that shows the run of the workflow
 */
export function testResult(runs: readonly RunVerdicts[], url?: string): TestResult {
  const tests = runs.flatMap((run) =>
    run.claims.map((claim) => ({ kind: kindOf(claim), name: `${claim.id} (${machineWords(run)})` })),
  );
  const named = (kind: string): string[] =>
    [...new Set(tests.filter((test) => test.kind === kind).map(({ name }) => name))].sort();
  const [passedTests, warnedTests, failedTests] = [named('passed'), named('warned'), named('failed')];
  return {
    result: failedTests.length > 0 ? 'FAILED' : warnedTests.length > 0 ? 'WARNED' : 'PASSED',
    configuration: configuration(runs),
    ...(url === undefined ? {} : { url }),
    passedTests,
    warnedTests,
    failedTests,
  };
}

function kindOf({ verdict, broken }: ClaimVerdict): string {
  if (broken) return 'failed';
  return verdict === 'not-run' ? 'absent' : verdict === 'inconclusive' ? 'warned' : 'passed';
}

/** The commit, and each claim and check by its content. */
function configuration(runs: readonly RunVerdicts[]): TestResult['configuration'] {
  const files = new Map<string, TestResult['configuration'][number]>();
  const add = (name: string, kind: string, value: string | null): void => {
    if (value !== null) files.set(`${name} ${value}`, { name, digest: { [kind]: value } });
  };
  for (const { tool, claims } of runs) {
    add('bare-claims', 'gitCommit', tool.commit);
    for (const { id, digests } of claims) {
      add(`claims/${id}.mdx`, 'sha256', digests.claim);
      add(`claims/${id}.check.ts`, 'sha256', digests.check);
    }
  }
  return [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
