/**
 * A Perl program, `pid user group end left-out...`, for root of an x86-64 machine. It stops a process for a moment, asks
 * the kernel for the filters of system calls that hold for it (ptrace(2), PTRACE_SECCOMP_GET_FILTER), and lets it go. Then,
 * for each number below `end` that is not left out, a child of its own becomes that user, puts itself under the same
 * filters (seccomp(2), the oldest first, as they were laid), makes the call with -1 for each argument and prints
 * `number answer`, a refusal as its negative errno; of a child that a signal ended, the number alone is printed. Exit
 * status: 1 the process could not be stopped, 2 its filters could not be read, 3 not be set.
 */
export const filterSweep = `
use strict;
# syscall() takes text for the address of a buffer.
my ($pid, $user, $group, $end, @leftOut) = map { $_ + 0 } @ARGV;
my ($ptrace, $prctl, $seccomp) = (101, 157, 317);
my ($seize, $interrupt, $detach, $getFilter) = (0x4206, 0x4207, 17, 0x420c);
my ($pastTheLast, $none) = (2, 22);
my ($noNewPrivs, $setModeFilter, $anyChild) = (38, 1, 0x40000000);
my $instruction = 8;

syscall($ptrace, $seize, $pid, 0, 0) == 0 or exit 1;
syscall($ptrace, $interrupt, $pid, 0, 0) == 0 && waitpid($pid, $anyChild) == $pid or exit 1;
my @filters;
while ((my $length = syscall($ptrace, $getFilter, $pid, scalar @filters, 0)) > 0) {
  my $filter = "\\0" x ($length * $instruction);
  syscall($ptrace, $getFilter, $pid, scalar @filters, $filter) == $length or exit 2;
  unshift @filters, $filter;
}
my $readable = $! == $pastTheLast || $! == $none;
syscall($ptrace, $detach, $pid, 0, 0);
exit 2 unless $readable;

$| = 1;
my %leftOut = map { $_ => 1 } @leftOut;
for my $number (grep { !$leftOut{$_} } 0 .. $end - 1) {
  print $number;
  my $child = fork // exit 3;
  answer($number) if $child == 0;
  waitpid($child, 0);
  print "\\n";
  exit $? >> 8 if $? >> 8;
}

sub answer {
  my ($number) = @_;
  $( = $group; $) = "$group $group"; $< = $user; $> = $user;
  exit 3 if $> != $user || $< != $user;
  syscall($prctl, $noNewPrivs, 1, 0, 0, 0) == 0 or exit 3 if @filters;
  for my $filter (@filters) {
    syscall($seccomp, $setModeFilter, 0, pack('S x6 P', length($filter) / $instruction, $filter)) == 0 or exit 3;
  }
  $! = 0;
  my $answer = syscall($number, -1, -1, -1, -1, -1, -1);
  $answer = -$! - 0 if $answer == -1;
  syswrite STDOUT, " $answer";
  exit 0;
}
`;
