import type { ExecResult, Subject } from '../lab/subject.ts';

/** Ways in which one process reads another's memory (proc(5), process_vm_readv(2), ptrace(2)). */
export type PeekWay = 'proc-mem' | 'process-vm-readv' | 'ptrace';

/** Where a secret lies. */
export interface MemorySpot {
  readonly pid: number;
  /** Hexadecimal, without prefix. */
  readonly address: string;
}

export interface Peek {
  /** What was read at the spot, 16 bytes; null where it was refused. */
  readonly read: string | null;
  /** What the kernel said. */
  readonly because: string;
}

/** Address of what follows the mark in a process's memory, found from a subject that may look; null: not there. */
export async function findInMemory(subject: Subject, pid: number, mark: string): Promise<string | null> {
  const { stdout } = await run(subject, ['find', String(pid), mark]);
  return stdout.trim() === '' ? null : stdout.trim();
}

/** Tries to read 16 bytes of another process. The subject needs perl. */
export async function peek(subject: Subject, way: PeekWay, { pid, address }: MemorySpot, user = '0'): Promise<Peek> {
  const { exitCode, stdout, stderr } = await run(subject, [way, String(pid), address], user);
  return { read: exitCode === 0 ? stdout : null, because: stderr.trim() };
}

const run = (subject: Subject, words: readonly string[], user?: string): Promise<ExecResult> =>
  subject.exec(['perl', '-', ...words], { stdin: program, reject: false, ...(user === undefined ? {} : { user }) });

// Numbers of process_vm_readv, ptrace: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h.
// ptrace requests: 16 attach, 1 read a word of data (the system call stores it where its last argument points), 17 detach.
const program = String.raw`
use strict;
use POSIX ();
my ($way, $pid, $where) = @ARGV;
my ($readv, $trace) = (POSIX::uname())[4] =~ /x86_64/ ? (310, 101) : (270, 117);
sub refused { print STDERR "$_[0]: $!\n"; exit 1 }
if ($way eq "find") {
  open(my $maps, "<", "/proc/$pid/maps") or refused("maps");
  open(my $mem, "<:raw", "/proc/$pid/mem") or refused("mem");
  for (<$maps>) {
    my ($from, $to) = map { hex } /^([0-9a-f]+)-([0-9a-f]+) rw/ or next;
    # In pieces, for a virtual machine's memory is one mapping; they overlap by more than what is sought.
    for (my $at = $from; $at < $to; $at += 16 << 20) {
      my $length = (16 << 20) + 256;
      $length = $to - $at if $length > $to - $at;
      sysseek($mem, $at, 0);
      sysread($mem, my $bytes, $length);
      if (defined $bytes && $bytes =~ /\Q$where\E([0-9a-f]{16})/) {
        printf "%x\n", $at + $-[1];
        exit 0;
      }
    }
  }
  exit 0;
}
my $got = "\0" x 16;
if ($way eq "proc-mem") {
  open(my $mem, "<:raw", "/proc/$pid/mem") or refused("open");
  sysseek($mem, hex $where, 0);
  defined sysread($mem, $got, 16) or refused("read");
} elsif ($way eq "process-vm-readv") {
  my $local = pack("p Q", $got, 16);
  my $remote = pack("Q Q", hex $where, 16);
  syscall($readv, $pid + 0, $local, 1, $remote, 1, 0) == 16 or refused("process_vm_readv");
} else {
  syscall($trace, 16, $pid + 0, 0, 0) == 0 or refused("ptrace");
  # A thread of another process's is waited for like a child (__WALL).
  waitpid($pid, 0x40000000);
  for my $word (0, 1) {
    my $part = "\0" x 8;
    syscall($trace, 1, $pid + 0, hex($where) + 8 * $word, $part) == 0 or refused("ptrace read");
    substr($got, 8 * $word, 8) = $part;
  }
  syscall($trace, 17, $pid + 0, 0, 0);
}
print $got;
`;
