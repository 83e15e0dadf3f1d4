import { LabError } from '../lab/errors.ts';
import { watch } from '../lab/meter.ts';
import { schedulingOf } from '../lab/host/scheduling.ts';
import type { Subject } from '../lab/subject.ts';

/** Keeps one processor busy for as long as it is let. */
export const spin = 'while :; do :; done';

/**
 * Starts a shell script in the background of a subject that shares this machine's process numbers (host, or a bounded
 * group of it), on the given processor. What it starts ends with the group; on the plain host it is the caller's to end.
 * @returns its process number
 */
export async function startPinned(subject: Subject, script: string, processor = 0): Promise<number> {
  const { stdout } = await subject.exec([
    'sh',
    '-c',
    `taskset -c ${String(processor)} sh -c "$0" </dev/null >/dev/null 2>&1 & echo $!`,
    script,
  ]);
  return startedPid(stdout, subject);
}

/** Holds processes of this machine where they are, or lets them go on, without the engine or the monitor taking part. */
export function signal(name: 'STOP' | 'CONT', pids: readonly number[]): void {
  for (const pid of pids) process.kill(pid, `SIG${name}`);
}

/** Share of one processor that the processes had together during a window of wall-clock time: 1 is all of it. */
export async function processorShare(pids: readonly number[], windowMs: number): Promise<number> {
  const [before, startedAt] = [schedulingOf(pids), performance.now()];
  await watch(windowMs);
  const [after, endedAt] = [schedulingOf(pids), performance.now()];
  return (after.cpuSeconds - before.cpuSeconds) / ((endedAt - startedAt) / 1000);
}

/**
 * Starts a service that holds memory, as a database or a cache does, and answers every HTTP request on a port of the
 * loopback with a word. In the subject's background; see `startPinned` for what becomes of it.
 */
export async function startHoldingService(
  subject: Subject,
  options: { readonly port: number; readonly word: string; readonly heldMiB: number },
): Promise<number> {
  const words = [String(options.port), options.word, String(options.heldMiB)];
  const { stdout } = await subject.exec([
    ...['sh', '-c', 'perl -e "$0" "$@" </dev/null >/dev/null 2>&1 & echo $!', holdingService],
    ...words,
  ]);
  return startedPid(stdout, subject);
}

function startedPid(stdout: string, subject: Subject): number {
  const pid = Number(stdout.trim());
  // Zero, from an empty answer, would be this process's own group for whoever signals it.
  if (!Number.isInteger(pid) || pid < 2) {
    throw new LabError(`The ${subject.label} told no process number of what it started, but "${stdout.trim()}".`);
  }
  return pid;
}

const holdingService = String.raw`
use strict;
use IO::Socket::INET;
my ($port, $word, $mib) = @ARGV;
my $held = "";
vec($held, ($mib << 20) - 1, 8) = 1;
my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 16, ReuseAddr => 1) or die;
while (my $client = $server->accept) {
  sysread($client, my $request, 4096);
  print $client "HTTP/1.0 200 OK\r\n\r\n$word";
  close $client;
}
`;
