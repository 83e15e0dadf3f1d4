import { UsageError } from './errors.ts';

/** What a command needs of the world: where it prints. Its exit status is what it returns. */
export type Command = (args: readonly string[], print?: (text: string) => void) => Promise<number>;

/** Runs a command for the shell: a wrong call is told in its sentence and exits 4; any other failure exits 2. */
export async function runCommand(command: Command): Promise<void> {
  try {
    process.exitCode = await command(process.argv.slice(2));
  } catch (error) {
    const usage = error instanceof UsageError;
    // A named error is a sentence for people; anything else is a fault of ours and needs its stack.
    const named =
      usage || (error instanceof Error && error.name !== 'Error' && error.name.endsWith('Error') && !isBuiltIn(error));
    console.error(named ? error.message : error);
    process.exitCode = usage ? 4 : 2;
  }
}

const isBuiltIn = (error: Error): boolean =>
  [TypeError, RangeError, SyntaxError, ReferenceError].some((kind) => error instanceof kind);
