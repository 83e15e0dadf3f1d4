import { UsageError } from '../claim/errors.ts';
import { LabError, NotHereError } from '../lab/errors.ts';

/** Commands about the machine and the suite itself; those about claims are in ../cli.ts. */
const commands: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<number>>>> = {
  doctor: async () => (await import('./doctor/doctor.ts')).doctor,
  teardown: async () => (await import('./teardown/teardown.ts')).teardown,
  'ci-summary': async () => (await import('./test/ci-summary.ts')).ciSummary,
  test: async () => (await import('./test/test.ts')).testAll,
  'test:unit': async () => (await import('./test/test.ts')).testUnit,
  'test:e2e': async () => (await import('./test/test.ts')).testEndToEnd,
};

const [name = '', ...args] = process.argv.slice(2);

async function main(): Promise<number> {
  const load = commands[name];
  if (load === undefined) {
    throw new UsageError(`"${name}" is no command. There are: ${Object.keys(commands).join(', ')}.`);
  }
  const run = await load();
  return await run(args);
}

try {
  process.exitCode = await main();
} catch (error) {
  // A sentence for what we foresaw; for what we did not, where it happened as well.
  const foreseen = error instanceof UsageError || error instanceof LabError || error instanceof NotHereError;
  const text = !(error instanceof Error) ? String(error) : foreseen ? error.message : (error.stack ?? error.message);
  process.stderr.write(`${text}\n`);
  process.exitCode = error instanceof UsageError ? 4 : error instanceof NotHereError ? 3 : 2;
}
process.exit();
