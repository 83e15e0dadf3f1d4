import { LabError } from '../lab/errors.ts';
import type { Subject } from '../lab/subject.ts';

/** Share of a file's pages that are in the page cache of the subject's kernel: 0 to 1. Needs perl and root. */
export async function cachedShare(subject: Subject, path: string): Promise<number> {
  const { stdout } = await subject.exec(['perl', '-e', program, path]);
  const [resident = Number.NaN, pages = 0] = stdout.split(' ').map(Number);
  if (!(pages > 0)) throw new LabError(`The page cache was not told of on the ${subject.label}: "${stdout.trim()}".`);
  return resident / pages;
}

// mmap and mincore (mincore(2)); numbers: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h.
const program = String.raw`
use strict;
use POSIX ();
my ($map, $core) = (POSIX::uname())[4] =~ /x86_64/ ? (9, 27) : (222, 232);
open(my $file, "<", $ARGV[0]) or die "$!\n";
my ($size, $page) = (-s $file, POSIX::sysconf(POSIX::_SC_PAGESIZE()));
my $pages = int(($size + $page - 1) / $page);
my $at = syscall($map, 0, $size, 1, 1, fileno($file), 0);
my $told = "\0" x $pages;
syscall($core, $at, $size, $told) == 0 or die "mincore: $!\n";
my $resident = grep { $_ & 1 } unpack("C*", $told);
print "$resident $pages";
`;
