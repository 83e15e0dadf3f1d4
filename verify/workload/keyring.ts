import type { ExecResult, Subject } from '../lab/subject.ts';

/** A key that could be stored or read, or why not. */
export interface Keyring {
  store(description: string, secret: string): Promise<{ readonly done: boolean; readonly because: string }>;
  read(description: string): Promise<{ readonly value: string | null; readonly because: string }>;
}

/**
 * The kernel's keyring of a user number (keyrings(7), user-keyring(7)), through the system calls themselves: keyutils is
 * seldom installed, perl nearly always. The kernel forgets a stored key after a minute.
 */
export function keyring(subject: Subject, { user }: { readonly user: string }): Keyring {
  const run = (...words: string[]): Promise<ExecResult> =>
    subject.exec(['perl', '-', ...words], { stdin: program, user, reject: false });
  return {
    store: async (description, secret) => {
      const { exitCode, stderr } = await run('store', description, secret);
      return { done: exitCode === 0, because: stderr.trim() };
    },
    read: async (description) => {
      const { exitCode, stdout, stderr } = await run('read', description);
      return { value: exitCode === 0 ? stdout : null, because: stderr.trim() };
    },
  };
}

// Numbers of add_key and keyctl: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
// Operations of keyctl(2): 1 join session, 5 set permissions, 8 link, 10 search, 11 read, 15 set timeout.
// Special keyrings: -3 of the session, -4 of the user.
const program = String.raw`
use strict;
use POSIX ();
my ($verb, $description, $secret) = @ARGV;
my ($add, $control) = (POSIX::uname())[4] =~ /x86_64/ ? (248, 250) : (217, 219);
sub ask { my $got = syscall($control, @_); if ($got < 0) { print STDERR "keyctl $_[0]: $!\n"; exit 1 } return $got }
my $type = "user\0";
my $name = "$description\0";
ask(1, 0, 0, 0, 0);
ask(8, -4, -3, 0, 0);
if ($verb eq "store") {
  my $key = syscall($add, $type, $name, $secret, length $secret, -4);
  if ($key < 0) { print STDERR "add_key: $!\n"; exit 1 }
  ask(15, $key, 60, 0, 0);
} else {
  my $key = ask(10, -4, $type, $name, 0);
  my $buffer = "\0" x 256;
  my $length = ask(11, $key, $buffer, 256, 0);
  print substr($buffer, 0, $length);
}
`;
