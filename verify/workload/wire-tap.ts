import type { ExecOptions, ExecResult } from '../lab/subject.ts';

/** Whoever has network devices to listen on. */
export interface Listener {
  exec(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
}

/** What a listener on the wire heard. */
export interface Overheard {
  readonly heard: boolean;
  /** What the kernel said where it may not listen; empty where it may. */
  readonly because: string;
}

/**
 * Listens on all network devices of a place (packet(7)) while something is sent, and says whether a word passed by in
 * clear. The place needs perl.
 */
export async function overhear(
  listener: Listener,
  word: string,
  send: () => Promise<unknown>,
  options: { readonly user?: string; readonly seconds?: number } = {},
): Promise<Overheard> {
  const seconds = String(options.seconds ?? 4);
  const listening = listener.exec(['perl', '-', seconds], {
    // By standard input, so that the word is in nobody's arguments.
    stdin: `${program}\n${word}\n`,
    reject: false,
    ...(options.user === undefined ? {} : { user: options.user }),
  });
  // The listener says nothing before it ends, so what is sent is sent again until then.
  const state = { over: false };
  const end = (): void => {
    state.over = true;
  };
  listening.then(end, end);
  do await send();
  while (!state.over);
  const { exitCode, stderr } = await listening;
  return { heard: exitCode === 0, because: stderr.trim() };
}

// Status 0: heard; 1: not heard; 2: refused. 17: AF_PACKET, 3: SOCK_RAW, 0x0300: ETH_P_ALL in network order.
const program = String.raw`
use strict;
my $word = <DATA>;
chomp $word;
if (!socket(my $wire, 17, 3, 0x0300)) { print STDERR "socket: $!\n"; exit 2 } else {
  $SIG{ALRM} = sub { exit 1 };
  alarm shift @ARGV;
  while (defined recv($wire, my $packet, 65536, 0)) { exit 0 if index($packet, $word) >= 0 }
  exit 1;
}
__DATA__`;
