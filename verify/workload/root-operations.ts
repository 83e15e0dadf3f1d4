import { systemCallElf } from './system-call-elf.ts';
import { hostArchitecture } from '../lab/rootfs/architecture.ts';
import { NotHereError } from '../lab/errors.ts';
import type { ExecOptions, Subject } from '../lab/subject.ts';

/** Something that the root of a machine may do, asked for in a way that changes nothing where it is allowed. */
export interface RootOperation {
  readonly id: string;
  readonly label: string;
  /** It reaches beyond the caller: blocked by engines' default, as their documentation says. */
  readonly dangerous: boolean;
  /** Shell that prints the kernel's answer: a negative number is an error (errno(3)). `$C` makes a system call. */
  readonly ask: string;
}

const operation = (id: string, label: string, ask: string, dangerous = true): RootOperation => ({
  id,
  label,
  dangerous,
  ask,
});

/**
 * Where an allowed call would change something, its arguments are such that the kernel, having found that the caller
 * may, refuses them: a module that does not exist, a time zone out of range. Numbers of x86-64 (unistd_64.h).
 */
export const rootOperations: readonly RootOperation[] = [
  operation('mount', 'Mount a file system', '$C 165 none $T/there tmpfs 0 0'),
  operation('unmount', 'Unmount one', '$C 166 $T/there 0'),
  operation('load-module', 'Load a module into the kernel', "$C 175 0 0 ''"),
  operation('unload-module', 'Unload one', '$C 176 no_such_module 2048'),
  operation('set-clock', 'Set the time', '$C 164 0 out-of-range'),
  operation('reboot', 'Restart the machine', '$C 169 0 0 0'),
  operation('replace-kernel', 'Load another kernel in place of the running one', '$C 246 0 0 0 -1'),
  operation('swap', 'Switch swap space on', '$C 167 /no/such/file 0'),
  operation('accounting', 'Switch process accounting on', '$C 163 /no/such/file'),
  operation('ports', 'Speak to hardware through its ports', '$C 172 3'),
  operation('raw-disk', 'Read the disk past its file system', 'mknod $T/disk b $DISK && $C 2 $T/disk 0 || echo -1'),
  operation('physical-memory', "Open the machine's physical memory", 'mknod $T/mem c 1 1 && $C 2 $T/mem 0 || echo -1'),
  operation(
    'setting',
    "Change one of the kernel's settings",
    'f=/proc/sys/vm/swappiness; v=$(cat $f); (echo $v > $f) && echo 0 || echo -1',
  ),
  operation(
    'system-request',
    "Open the kernel's emergency switch",
    'f=/proc/sysrq-trigger; [ -e $f ] && $C 2 $f 1 || echo -38',
  ),
  operation('console-level', 'Say what of the kernel log goes to the console', '$C 103 8 0 0'),
  operation('file-handle', 'Open a file by its number', '$C 304 -1 xxxxxxxxxxxx 0'),
  operation('kernel-program', 'Load a program into the kernel', '$C 321 0 zeros 0'),
  operation('new-namespace', 'Make a namespace for mounts', '$C 272 131072'),
  operation('priority', 'Raise its own priority', '$C 141 0 0 -20'),
  operation('change-root', 'Change its root folder', '$C 161 /', false),
  operation('device-file', 'Make a device file', '$C 133 $T/null 8630 259', false),
  operation('raw-socket', 'Open a raw socket', '$C 41 2 3 1', false),
  operation('give-away', 'Give a file to another user', '> $T/file; $C 92 $T/file 1 1', false),
];

/** What the kernel answered, by operation. */
export type Answers = Readonly<Record<string, number>>;

/** EPERM, EACCES, EROFS and ENOSYS: what capabilities, permissions, masks and filters of system calls answer. */
const refusals: readonly number[] = [-1, -13, -30, -38];

/** Whether the kernel let the caller do it; other errors come after that question. */
export function isAllowed(answers: Answers, { id }: RootOperation): boolean {
  const answer = answers[id];
  return answer !== undefined && !refusals.includes(answer);
}

/** Asks for every operation in a subject that has a shell, `mknod` and `base64`. */
export async function tryRootOperations(subject: Subject, options: ExecOptions = {}): Promise<Answers> {
  const { stdout } = await subject.exec(['sh', '-c', rootOperationsScript()], { timeoutMs: 60_000, ...options });
  return readAnswers(stdout);
}

/** The same as a script, for where it must be a container's own command. */
export function rootOperationsScript(): string {
  if (hostArchitecture() !== 'x86-64') {
    throw new NotHereError('The list of what root may do is written in the system calls of x86-64 machines.');
  }
  const program = Buffer.from(systemCallElf()).toString('base64');
  return `
T=$(mktemp -d)
mkdir $T/there
C=$T/system-call
echo ${program} | base64 -d > $C && chmod 755 $C || exit 1
DISK=$(sed -n '3s/^ *\\([0-9]*\\) *\\([0-9]*\\) .*/\\1 \\2/p' /proc/partitions)
${rootOperations.map(({ id, ask }) => `echo "${id} $({ ${ask}; } 2>/dev/null | tail -n 1)"`).join('\n')}
rm -rf $T
`;
}

export function readAnswers(printed: string): Answers {
  const lines = [...printed.matchAll(/^([a-z-]+) (-?\d+)\r?$/gm)];
  return Object.fromEntries(lines.map(([, id = '', answer = '']) => [id, Number(answer)]));
}
