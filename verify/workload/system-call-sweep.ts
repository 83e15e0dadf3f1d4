import { filterSweep } from './filter-sweep.ts';
import { systemCallElf } from './system-call-elf.ts';
import { hostArchitecture } from '../lab/rootfs/architecture.ts';
import { LabError, NotHereError } from '../lab/errors.ts';
import { hostTool } from '../lab/host/tool.ts';
import type { Subject } from '../lab/subject.ts';

/** One more than the highest number that any kernel of today knows on x86-64; what one lacks answers ENOSYS. */
const numbers = 480;

/**
 * Left out, since they answer nothing or disturb: rt_sigreturn, pause, fork, vfork, exit, vhangup, sync, exit_group.
 */
const leftOut: readonly number[] = [15, 34, 57, 58, 60, 153, 162, 231];

/** EPERM and ENOSYS: what a filter of system calls, a missing capability and a missing call answer. */
const refusals: readonly number[] = [-1, -38];

/**
 * Makes every system call of the table once, with -1 for each argument, which no call accepts where it would do
 * something. Returns the numbers of those that were answered otherwise than by a refusal: code that the caller reaches.
 */
export async function reachableSystemCalls(subject: Subject): Promise<readonly number[]> {
  requireNumbers();
  const program = Buffer.from(systemCallElf()).toString('base64');
  const { stdout } = await subject.exec(['sh', '-c', sweep, program, String(numbers), ...leftOut.map(String)], {
    timeoutMs: 120_000,
  });
  return answered(stdout);
}

/**
 * The same for what a process of this machine may call: by children that take over its user and the very filters that the
 * kernel holds it to. The process itself is stopped for a moment only. Needs root.
 * @throws NotHereError where the kernel does not show a process's filters
 */
export async function systemCallsOpenTo(host: Subject, pid: number): Promise<readonly number[]> {
  requireNumbers();
  const { stdout: status } = await host.exec(['cat', `/proc/${String(pid)}/status`]);
  const effective = (id: string) => new RegExp(`^${id}:\\t\\d+\\t(\\d+)`, 'm').exec(status)?.[1] ?? '';
  const perl = await hostTool('perl', 'perl-base');
  const { stdout, exitCode } = await host.exec(
    [perl, '-e', filterSweep, ...[pid, effective('Uid'), effective('Gid'), numbers, ...leftOut].map(String)],
    { reject: false, timeoutMs: 60_000 },
  );
  if (exitCode === 1 || exitCode === 2) {
    throw new NotHereError(
      "This kernel does not show which filters of system calls a process has: it needs root's eyes.",
    );
  }
  if (exitCode !== 0) throw new LabError(`The sweep under a process's filters ended with status ${String(exitCode)}.`);
  return answered(stdout);
}

function requireNumbers(): void {
  if (hostArchitecture() !== 'x86-64') {
    throw new NotHereError('The table of system calls is gone through by the numbers of x86-64 machines.');
  }
}

/** Numbers of the calls that were answered otherwise than by a refusal; a line without an answer is a caller's end. */
function answered(printed: string): readonly number[] {
  const tried = [...printed.matchAll(/(\d+)(?: (-?\d+))?$/gm)];
  if (tried.length < (numbers - leftOut.length) * 0.9) {
    throw new LabError(`Only ${String(tried.length)} of ${String(numbers)} system calls came back.`);
  }
  return tried.flatMap(([, number, answer]) =>
    answer === undefined || refusals.includes(Number(answer)) ? [] : [Number(number)],
  );
}

const sweep = `
T=$(mktemp -d) && C=$T/system-call
echo "$0" | base64 -d > $C && chmod 755 $C || exit 1
end=$1
shift
left=" $* "
i=0
while [ $i -lt $end ]; do
  case "$left" in
    *" $i "*) ;;
    *) printf '%s ' $i; $C $i -1 -1 -1 -1 -1 -1 ;;
  esac
  i=$((i + 1))
done 2>/dev/null
rm -rf $T
`;
