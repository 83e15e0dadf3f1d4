import { interruption } from './interruption.ts';
import { printList, printPlan } from './listing.ts';
import { parseVerifyOptions } from './options.ts';
import { report } from './report.ts';
import { refuseLostReports } from './reports.ts';
import { runOnce } from './run-once.ts';
import { sabotage } from './sabotage.ts';
import { shardOf } from './shard.ts';
import { updateExpected } from './update-expected.ts';
import { loadCatalogue } from '../claim/catalogue.ts';
import { problemLine } from '../claim/problem.ts';
import { selectClaims } from '../claim/select.ts';

/**
 * `npm run verify`. Returns the exit status: 130 interrupted, 3 nothing could be run, 2 something is broken, 1 a verdict
 * changed under --strict, 0.
 * @throws UsageError for wrong usage, and BusyError where another run is under way: exit status 4, nothing was begun
 */
export async function verify(args: readonly string[]): Promise<number> {
  const options = parseVerifyOptions(args);
  if ('help' in options) {
    process.stdout.write(`${options.help}\n`);
    return 0;
  }
  const catalogue = await loadCatalogue();
  const problems = catalogue.problems.map(problemLine);
  const claims = shardOf(selectClaims(catalogue, options.patterns), options.shard);
  if (options.list) return printList(claims, problems);
  if (options.plan) return await printPlan(claims, problems, options.profile);
  await refuseLostReports(options);
  using stop = interruption((line) => process.stderr.write(`\n${line}\n`));
  if (options.sabotage.length > 0) return await sabotage({ options, claims, stop });
  const result = await runOnce({ options, claims, lie: null, stop });
  const status = await report({ options, catalogue, problems, result, interrupted: stop.signal.aborted });
  if (options.updateExpected && result.record !== null && !stop.signal.aborted) {
    const told = await updateExpected({ options, claims, first: result.record, stop });
    process.stdout.write(`\n${told.join('\n')}\n`);
  }
  return status;
}
