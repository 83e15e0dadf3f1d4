import { withDiskAdvice } from './full-disk.ts';

/** What went wrong, in words for the record: the message with its causes, and what it means where it is known. */
export function describeProblem(problem: unknown, engineSocket: string | null): string {
  return withDiskAdvice(text(problem, engineSocket)).slice(0, 8000);
}

function text(problem: unknown, socket: string | null): string {
  if (problem instanceof SuppressedError) {
    // What went wrong first comes first; that its remains resisted is the lesser news.
    return `${text(problem.suppressed, socket)}\nThen, removing what it had made: ${text(problem.error, socket)}`;
  }
  if (!(problem instanceof Error)) return String(problem);
  const cause = problem.cause === undefined ? '' : `\nCaused by: ${text(problem.cause, socket)}`;
  return `${connectionLost(problem, socket)}${problem.message}${cause}`;
}

/** What a lost connection means, as the beginning of a sentence; empty where none was lost. */
function connectionLost(problem: Error, socket: string | null): string {
  const { code, address } = problem as { readonly code?: unknown; readonly address?: unknown };
  if (socket === null || typeof code !== 'string') return '';
  if (
    ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE'].includes(code) &&
    address === socket.replace(/^unix:\/\//, '')
  ) {
    return 'The container engine stopped answering in the middle of the run: ';
  }
  // A connection that was open already and breaks off does not say whose it was.
  return address === undefined && ['ECONNRESET', 'EPIPE'].includes(code)
    ? 'A connection broke off, as when the container engine ends: '
    : '';
}
