import { LabError } from '../errors.ts';
import type { ExecOptions, ExecResult } from '../subject.ts';

export const defaultExecTimeoutMs = 30_000;

/** The command as a person would type it, cut to a line's length. */
export function showCommand(command: readonly string[]): string {
  const shown = command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`));
  const line = shown.join(' ').replaceAll('\n', ' ');
  return line.length > 200 ? `${line.slice(0, 200)}...` : line;
}

/** The end of what was printed, where the reason usually stands. */
export function tailOf(text: string, lines = 12): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n').slice(-2000);
}

/** Hands the result back, or throws where the command failed and that was not expected. */
export function settleExec(
  where: string,
  command: readonly string[],
  result: ExecResult,
  options: ExecOptions,
): ExecResult {
  if (result.exitCode === 0 || options.reject === false) return result;
  throw new LabError(
    `Command in the ${where} ended with exit code ${String(result.exitCode)}: ${showCommand(command)}\n` +
      tailOf(result.stderr === '' ? result.stdout : result.stderr),
  );
}

export function timedOut(where: string, command: readonly string[], timeoutMs: number, printed: string): LabError {
  const tail = tailOf(printed);
  return new LabError(
    `Command in the ${where} did not end within ${String(timeoutMs)} ms: ${showCommand(command)}\n` +
      (tail === '' ? 'It printed nothing.' : `Last lines:\n${tail}`),
  );
}
