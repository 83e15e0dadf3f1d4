import { UsageError } from './claim/errors.ts';
import { BusyError, NotHereError } from './lab/errors.ts';

/** Each command is loaded when it is called: `coverage` must not pay for what `verify` needs. */
const commands: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<number>>>> = {
  verify: async () => (await import('./run/verify.ts')).verify,
  coverage: async () => (await import('./claim/coverage-cli.ts')).main,
  judge: async () => (await import('./record/judge-cli.ts')).main,
  'claim:new': async () => (await import('./claim/scaffold-cli.ts')).main,
  bench: async () => (await import('./bench/bench.ts')).main,
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
  const foreseen =
    error instanceof Error &&
    ['UsageError', 'BusyError', 'LabError', 'NotHereError', 'RecordError'].includes(error.name);
  process.stderr.write(
    `${foreseen ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode =
    error instanceof UsageError || error instanceof BusyError ? 4 : error instanceof NotHereError ? 3 : 2;
}
// A stray handle (a keep-alive socket of the engine's client) must not keep the process.
process.exit();
