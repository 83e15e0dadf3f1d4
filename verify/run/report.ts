import { relative } from 'node:path';
import type { VerifyOptions } from './options.ts';
import { writeReports } from './reports.ts';
import type { RunResult } from './run-once.ts';
import type { Catalogue } from '../claim/catalogue.ts';
import { compareExpected } from '../record/expected.ts';
import { exitStatus } from '../record/exit-status.ts';
import { summaryText } from '../record/summary.ts';

export interface ReportSetting {
  readonly options: VerifyOptions;
  readonly catalogue: Catalogue;
  /** Claim files that could not be read, a sentence each. */
  readonly problems: readonly string[];
  readonly result: RunResult;
  readonly interrupted: boolean;
}

/** Prints what came out, writes the formats that were asked for, and returns the exit status. */
export async function report({ options, catalogue, problems, result, interrupted }: ReportSetting): Promise<number> {
  const { record, file } = result;
  const differences = record === null ? [] : compareExpected(record, catalogue);
  const unwritten = record === null ? [] : await writeReports(options, record, differences);
  const troubles = [...result.troubles, ...unwritten];
  if (record !== null) {
    // Where it is no terminal, Node knows neither of the two.
    const terminal = process.stdout.isTTY ? { width: process.stdout.columns, colour: true } : { width: 100 };
    process.stdout.write(`\n${summaryText(record, differences, terminal)}\n`);
  }
  for (const line of [...problems, ...troubles]) process.stderr.write(`! ${line}\n`);
  if (file !== null) process.stdout.write(`The record, with every sample: ${relative(process.cwd(), file)}\n`);
  const status = exitStatus({ record, differences, strict: options.strict, interrupted });
  // What went wrong around the checks is a fault as well, but no interruption and no machine that lacks everything.
  return status < 2 && problems.length + troubles.length > 0 ? 2 : status;
}
