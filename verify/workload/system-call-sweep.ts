import { systemCallElf } from './system-call-elf.ts';
import { hostArchitecture } from '../lab/rootfs/architecture.ts';
import { LabError, NotHereError } from '../lab/errors.ts';
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
  if (hostArchitecture() !== 'x86-64') {
    throw new NotHereError('The table of system calls is gone through by the numbers of x86-64 machines.');
  }
  const program = Buffer.from(systemCallElf()).toString('base64');
  const { stdout } = await subject.exec(['sh', '-c', sweep, program, String(numbers), ...leftOut.map(String)], {
    timeoutMs: 120_000,
  });
  const answers = [...stdout.matchAll(/(\d+) (-?\d+)$/gm)].map(([, number, answer]) => ({
    number: Number(number),
    answer: Number(answer),
  }));
  if (answers.length < (numbers - leftOut.length) * 0.9) {
    throw new LabError(`Only ${String(answers.length)} of ${String(numbers)} system calls came back.`);
  }
  return answers.filter(({ answer }) => !refusals.includes(answer)).map(({ number }) => number);
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
