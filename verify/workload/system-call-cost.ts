import { installCpuTimer } from './cpu-time.ts';
import { systemCallLoopElf } from './system-call-loop-elf.ts';
import { LabError } from '../lab/errors.ts';
import { hostArchitecture } from '../lab/rootfs/architecture.ts';
import type { Subject } from '../lab/subject.ts';

/** The calls that lmbench's lat_syscall and lat_proc time: nothing, a path looked up, a byte read, a process made. */
export type SystemCall = 'getpid' | 'stat' | 'read' | 'fork-exec';

/** CPU seconds that one call takes, user and kernel time together, those of a child included. */
export type SystemCallCosts = Readonly<Record<SystemCall, number>>;

export interface SystemCallMeter {
  /** Makes each call many times. `traced`: under strace, and fewer times. */
  costs(options?: { readonly traced?: boolean }): Promise<SystemCallCosts>;
}

/** The same few environment variables, which every new program is given, and one processor for parent and child. */
const alike = ['env', '-i', 'PATH=/usr/local/bin:/usr/bin:/bin', 'taskset', '-c', '0'];

/** By the table of each architecture; both know the stat call that C libraries make today. */
const numbers = {
  'x86-64': { getpid: 39, stat: 262, read: 0 },
  arm64: { getpid: 172, stat: 79, read: 63 },
} as const;

/** AT_FDCWD, which is -100, as the kernel's 32 bits: an absolute path would lead through each subject's own root. */
const workingFolder = '4294967196';

const counts: SystemCallCosts = { getpid: 250_000, stat: 40_000, read: 100_000, 'fork-exec': 300 };
/** A traced call takes two changes of process and more. */
const tracedCounts: SystemCallCosts = { getpid: 1_000, stat: 1_000, read: 1_000, 'fork-exec': 20 };

/**
 * Puts the instrument into the subject's folder, which must exist, allow programs, and be the same for all who are
 * compared: a path is looked up in it, and a program of it is started.
 */
export async function installSystemCallMeter(subject: Subject, folder: string): Promise<SystemCallMeter> {
  await installCpuTimer(subject, folder);
  const architecture = hostArchitecture();
  const program = Buffer.from(systemCallLoopElf(architecture)).toString('base64');
  await subject.exec(['sh', '-c', 'base64 -d > "$0" && chmod 755 "$0"', `${folder}/calls`], { stdin: program });
  const { getpid, stat, read } = numbers[architecture];
  return {
    costs: async ({ traced = false } = {}) => {
      const how = traced ? tracedCounts : counts;
      const times = `./cpu-time ${traced ? '$(command -v strace) -f -o /dev/null ' : ''}`;
      const script = [
        'cd "$0"',
        `${times}./calls ${String(how.getpid)} ${String(getpid)}`,
        // What the kernel answers is written over an argument's text, which is long enough for struct stat.
        `${times}./calls ${String(how.stat)} ${String(stat)} ${workingFolder} calls ${'-'.repeat(160)} 0`,
        `${times}./calls ${String(how.read)} ${String(read)} 0 - 1 < /dev/zero`,
        `${times}$(command -v dash) -c 'i=0; while [ $i -lt ${String(how['fork-exec'])} ]; do ./calls 1 ${String(getpid)}; i=$((i+1)); done'`,
      ].join('\n');
      const { stderr } = await subject.exec([...alike, 'sh', '-ec', script, folder], { timeoutMs: 120_000 });
      const microseconds = stderr.trim().split('\n').map(Number);
      return costsOf(microseconds, how, subject.label);
    },
  };
}

function costsOf(microseconds: readonly number[], how: SystemCallCosts, label: string): SystemCallCosts {
  const cost = (call: SystemCall, index: number): number => {
    const total = microseconds[index];
    if (total === undefined || !(total > 0)) {
      throw new LabError(`The ${label} told no processor time of its calls of ${call}.`);
    }
    return total / 1e6 / how[call];
  };
  return { getpid: cost('getpid', 0), stat: cost('stat', 1), read: cost('read', 2), 'fork-exec': cost('fork-exec', 3) };
}
