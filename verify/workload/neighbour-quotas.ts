import type { ExecResult, Subject } from '../lab/subject.ts';

/** Of what the kernel gives a user only so much: inotify instances (inotify(7)) and keys (keyrings(7)). */
export type UserQuota = 'inotify' | 'keys';

/**
 * Takes all that a user may have, in the name of a user number that nobody has, and holds it for a minute or until the
 * subject ends. The subject needs perl, and root who may become another user.
 * @returns what it was told in the end
 */
export async function exhaustQuota(subject: Subject, quota: UserQuota, user: number): Promise<string> {
  const { stdout, stderr } = await run(subject, ['exhaust', quota, String(user)]);
  return (stdout + stderr).trim();
}

/** Whether that user can have one more. @returns null where it can, else what the kernel said */
export async function quotaRefusal(subject: Subject, quota: UserQuota, user: number): Promise<string | null> {
  const { exitCode, stderr } = await run(subject, ['one', quota, String(user)]);
  return exitCode === 0 ? null : stderr.trim();
}

const run = (subject: Subject, words: readonly string[]): Promise<ExecResult> =>
  subject.exec(['perl', '-', ...words], { stdin: program, reject: false });

// Numbers of inotify_init1 and add_key: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h.
// -2: the keyring of the process, which goes with it.
const program = String.raw`
use strict;
use POSIX ();
my ($verb, $quota, $user) = @ARGV;
my ($watch, $add) = (POSIX::uname())[4] =~ /x86_64/ ? (294, 248) : (26, 217);
sub one {
  my $name = "lab:$_[0]\0";
  my $type = "user\0";
  my $value = "x";
  return $quota eq "inotify" ? syscall($watch, 0) : syscall($add, $type, $name, $value, 1, -2);
}
POSIX::setgid($user) && POSIX::setuid($user) && $> == $user or do { print STDERR "setuid: $!\n"; exit 1 };
if ($verb eq "one") {
  if (one(0) < 0) { print STDERR "$!\n"; exit 1 }
  exit 0;
}
pipe(my $ready, my $told);
if (fork) {
  close $told;
  print <$ready>;
  exit 0;
}
my $count = 0;
$count++ while $count < 100000 && one($count) >= 0;
print $told "$count, then: $!";
close $told;
close $_ for *STDIN, *STDOUT, *STDERR;
sleep 60;
`;
