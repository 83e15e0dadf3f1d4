import { UsageError } from './claim/errors.ts';
import { BusyError, NotHereError } from './lab/errors.ts';

type Command = (args: readonly string[]) => Promise<number>;

/** Loaded when it is called: one command must not pay for what another needs. */
export type Commands = Readonly<Record<string, () => Promise<Command>>>;

/** Errors that say all there is to say; for others it matters where they happened. */
const sentences: readonly string[] = ['UsageError', 'BusyError', 'LabError', 'NotHereError', 'RecordError'];

/** Runs the command that this process was started with, and ends the process with its exit status. */
export async function runCommand(commands: Commands): Promise<never> {
  const [name = '', ...args] = process.argv.slice(2);
  try {
    const load = commands[name];
    if (load === undefined) {
      throw new UsageError(`"${name}" is no command. There are: ${Object.keys(commands).join(', ')}.`);
    }
    const run = await load();
    process.exitCode = await run(args);
  } catch (error) {
    process.stderr.write(`${told(error)}\n`);
    process.exitCode = statusOf(error);
  }
  // A stray handle (a keep-alive socket of the engine's client) must not keep the process.
  process.exit();
}

function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return sentences.includes(error.name) ? error.message : (error.stack ?? error.message);
}

function statusOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof BusyError) return 4;
  return error instanceof NotHereError ? 3 : 2;
}
