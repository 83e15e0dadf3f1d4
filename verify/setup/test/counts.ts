import { readFile } from 'node:fs/promises';
import { z } from 'zod';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, a line each: a step, a test with its first words, a claim with its reason. */
  readonly failures?: readonly string[];
}

/** The part of vitest's JSON report (in Jest's shape) that is read here. */
const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z
    .array(
      z.object({
        assertionResults: z.array(
          z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() }),
        ),
      }),
    )
    .default([]),
});

/**
 * What vitest really ran. A run that failed without a failed test (a file that cannot be loaded, an error between
 * tests) counts as one failure; so does one that left no report.
 */
export async function vitestCounts(file: string, exitCode: number): Promise<Counts> {
  const text = await readFile(file, 'utf8').catch(() => null);
  const report = text === null ? null : reportSchema.safeParse(parsed(text));
  if (report?.success !== true) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report.data;
  const failed = exitCode !== 0 && numFailedTests === 0 ? 1 : numFailedTests;
  const failures = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => `${fullName}: ${firstLine(failureMessages?.[0] ?? 'no message')}`);
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests, failures };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** A report that was cut short is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function sumCounts(all: readonly Counts[]): Counts {
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    skipped: all.reduce((sum, { skipped }) => sum + skipped, 0),
    failures: all.flatMap(({ failures }) => failures ?? []),
  };
}

/** "12 passed, 0 failed, 1 skipped" */
export function countsLine({ passed, failed, skipped }: Counts): string {
  const rest = skipped === 0 ? '' : `, ${String(skipped)} skipped`;
  return `${String(passed)} passed, ${String(failed)} failed${rest}`;
}
