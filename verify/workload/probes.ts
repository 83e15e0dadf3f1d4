import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCallElf } from './system-call-elf.ts';
import { LabError, NotHereError } from '../lab/errors.ts';
import { hostArchitecture } from '../lab/rootfs/architecture.ts';
import type { Subject } from '../lab/subject.ts';

/** When a reading is of the host's own thing and not merely of something like it. */
export type Match =
  /** Something that was put there for this run was found. */
  | 'found'
  /** The texts are equal. */
  | 'equal'
  /** They have a line in common. */
  | 'shares'
  /** It lies between what the host reads just before and just after. */
  | 'between'
  /** It is one of the two. */
  | 'either';

/** One question that can be asked in the same words wherever a shell runs. */
export interface Probe {
  readonly id: string;
  readonly label: string;
  /** What an application is to be isolated in, or what the machine as a whole is. Stated before any run. */
  readonly group: 'application' | 'machine';
  readonly match: Match;
  /** The reading may be published as it is; others only as what they are compared to. */
  readonly shown?: true;
  /** Shell. Prints the reading; its error message says whether it was refused. */
  readonly ask: string;
}

const own = 'echo "$(cat /proc/sys/kernel/random/boot_id) $(readlink /proc/self/ns';
/** A namespace's number is unique in one kernel only, so the kernel's boot is named with it. */
const namespace = (kind: string): string => `[ -e /proc/self/ns/${kind} ] && ${own}/${kind})"`;

/**
 * Arguments of the script: $1 a path, $2 and $3 two halves of a mark (whole, it would find itself), $4 the key of a segment
 * of shared memory. $C makes a system call.
 */
export const probes: readonly Probe[] = [
  {
    id: 'files',
    label: "A file of the host's, by its path",
    group: 'application',
    match: 'found',
    ask: '[ "$(cat "$1")" = "$2$3" ] && echo found',
  },
  {
    id: 'processes',
    label: "A process of the host's, by its arguments",
    group: 'application',
    match: 'found',
    ask: 'grep -q -s -e "path-$2$3" /proc/[0-9]*/cmdline && echo found',
  },
  {
    id: 'other-memory',
    label: "A word in the memory of a process of the host's",
    group: 'application',
    match: 'found',
    ask: 'grep -q -s -e "word-$2$3" /proc/[0-9]*/environ && echo found',
  },
  {
    id: 'interfaces',
    label: 'Network interfaces, by their addresses',
    group: 'application',
    match: 'shares',
    ask: 'ip -o link | sed -n "s#.*link/ether \\([^ ]*\\).*#\\1#p"',
  },
  {
    id: 'host-name',
    label: "The machine's name",
    group: 'application',
    match: 'equal',
    ask: 'cat /proc/sys/kernel/hostname',
  },
  {
    id: 'ipc',
    label: 'A segment of shared memory, by its key',
    group: 'application',
    match: 'found',
    ask: 'grep -q "^ *$4 " /proc/sysvipc/shm && echo found',
  },
  { id: 'mounts', label: 'The table of mounts', group: 'application', match: 'equal', ask: namespace('mnt') },
  {
    id: 'kernel-version',
    label: 'Kernel, release and version',
    group: 'machine',
    match: 'equal',
    shown: true,
    ask: 'uname -srv',
  },
  {
    id: 'boot-id',
    label: "The identifier of the kernel's boot",
    group: 'machine',
    match: 'equal',
    ask: 'cat /proc/sys/kernel/random/boot_id',
  },
  {
    id: 'clock',
    label: 'Seconds since the kernel started',
    group: 'machine',
    match: 'between',
    shown: true,
    ask: 'cut -d" " -f1 /proc/uptime',
  },
  {
    id: 'kernel-log',
    label: "The kernel's log, its last lines",
    group: 'machine',
    match: 'shares',
    ask: 'dmesg >/dev/null && dmesg | tail -n 20',
  },
  {
    id: 'sysctl',
    label: 'A kernel setting: how many threads there may be',
    group: 'machine',
    match: 'equal',
    shown: true,
    ask: 'cat /proc/sys/kernel/threads-max',
  },
  {
    id: 'modules',
    label: 'Modules of the kernel, loaded and built in',
    group: 'machine',
    match: 'equal',
    ask: 'ls /sys/module',
  },
  {
    id: 'devices',
    label: 'Disks, by name and size',
    group: 'machine',
    match: 'shares',
    ask: 'for d in /sys/block/*; do s=$(cat "$d/size" 2>/dev/null); [ "${s:-0}" -gt 0 ] && echo "${d##*/} $s"; done; :',
  },
  {
    id: 'users',
    label: 'The table of users: whose root its root is',
    group: 'machine',
    match: 'equal',
    ask: namespace('user'),
  },
  {
    id: 'load',
    label: 'Load averages',
    group: 'machine',
    match: 'either',
    shown: true,
    ask: 'cut -d" " -f1-3 /proc/loadavg',
  },
  {
    id: 'memory-total',
    label: 'Memory of the machine',
    group: 'machine',
    match: 'equal',
    shown: true,
    ask: 'grep MemTotal /proc/meminfo | tr -s " " | cut -d" " -f2-',
  },
  {
    id: 'processors',
    label: 'Processors, number and model',
    group: 'machine',
    match: 'equal',
    shown: true,
    ask: 'echo "$(grep -c ^processor /proc/cpuinfo) x$(grep -m 1 "model name" /proc/cpuinfo | cut -d: -f2)"',
  },
  {
    id: 'keyring',
    label: "A key in the kernel's keyring of root",
    group: 'machine',
    match: 'found',
    // keyctl(2): 10 searches a keyring, -4 is the user's.
    ask: 'n=$("$C" 250 10 -4 user "lab:$2$3" 0); case $n in -1|-13) echo "Permission denied" >&2; false;; -*) false;; *) echo found;; esac',
  },
  {
    id: 'cgroup',
    label: 'The tree of control groups',
    group: 'machine',
    match: 'equal',
    ask: namespace('cgroup'),
  },
];

/** Things of this run on the host, for which the probes look. */
export interface Traces extends AsyncDisposable {
  readonly path: string;
  /** Two halves of 32 hexadecimal digits. */
  readonly mark: readonly [string, string];
  readonly segmentKey: string;
}

/**
 * Leaves on the host what the probes look for: a file, a process, a word in its memory, a segment of shared memory, a key
 * that the kernel forgets after five minutes. Disposing it takes all of it away. Needs root.
 * @param folder of the host, on a disk
 */
export async function leaveTraces(host: Pick<Subject, 'exec'>, folder: string): Promise<Traces> {
  const [first, second] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
  const mark = first + second;
  const path = join(folder, mark);
  await writeFile(path, `${mark}\n`);
  const victim = 'LAB_WORD="word-$0" sh -c "sleep 600; :" "path-$0" </dev/null >/dev/null 2>&1 & echo $!';
  const { stdout: pid } = await host.exec(['sh', '-c', victim, mark]);
  const { stdout: made } = await host.exec(['ipcmk', '-M', '4096']);
  const segment = /: (\d+)/.exec(made)?.[1] ?? '';
  const { stdout: table } = await host.exec(['cat', '/proc/sysvipc/shm']);
  const segmentKey = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find((fields) => fields[1] === segment)?.[0];
  if (segmentKey === undefined)
    throw new LabError(`The kernel does not list the shared memory that ipcmk made: ${made}`);
  const caller = join(folder, 'system-call');
  await writeFile(caller, systemCallElf(), { mode: 0o755 });
  const call = async (...words: readonly string[]) => (await host.exec([caller, ...words])).stdout.trim();
  // add_key is call 248, keyctl 250; keyctl(2): 15 sets a timeout, 9 unlinks; -4 is the user's keyring.
  const word = `lab:${mark}`;
  const key = await call('248', 'user', word, word, String(word.length), '-4');
  await call('250', '15', key, '300');
  return {
    path,
    mark: [first, second],
    segmentKey,
    [Symbol.asyncDispose]: async () => {
      const end = 'kill -KILL "$0" $(cat "/proc/$0/task/$0/children")';
      await host.exec(['sh', '-c', end, pid.trim()], { reject: false });
      await host.exec(['ipcrm', '-m', segment], { reject: false });
      await call('250', '9', key, '-4');
    },
  };
}

/** What one probe came to in one place. */
type Reading = { readonly kind: 'value'; readonly text: string } | { readonly kind: 'denied' | 'nothing' };

/** Readings by probe. */
type Readings = ReadonlyMap<string, Reading>;

/**
 * Runs all probes in a subject, the same script by the same busybox everywhere.
 * @param folder of the subject, in which programs may be put and run
 * @throws LabError where a probe gave no answer at all
 */
async function readProbes(subject: Subject, folder: string, traces: Traces): Promise<Readings> {
  const program = Buffer.from(systemCallElf()).toString('base64');
  const script = [
    `C=${folder}/system-call`,
    `[ -x $C ] || { echo ${program} | base64 -d >$C; chmod 755 $C; }`,
    ...probes.map(
      ({ id, ask }) => `out=$({ ${ask}; } 2>&1); echo "${id} $? $(printf %s "$out" | base64 | tr -d '\\n')"`,
    ),
  ].join('\n');
  const words = ['busybox', 'sh', '-c', script, 'sh', traces.path, ...traces.mark, traces.segmentKey];
  const { stdout } = await subject.exec(words);
  const readings = new Map<string, Reading>();
  for (const [, id = '', status, answer = ''] of stdout.matchAll(/^(\S+) (\d+) (\S*)$/gm)) {
    const text = Buffer.from(answer, 'base64').toString('utf8').trim();
    if (status === '0') readings.set(id, text === '' ? { kind: 'nothing' } : { kind: 'value', text });
    else readings.set(id, { kind: /denied|not permitted|read-only/i.test(text) ? 'denied' : 'nothing' });
  }
  const silent = probes.filter(({ id }) => !readings.has(id));
  if (silent.length > 0) {
    throw new LabError(
      `In the ${subject.label} these probes gave no answer: ${silent.map(({ id }) => id).join(', ')}.`,
    );
  }
  return readings;
}

/** `host`: what is the host's was reached. `own`: something else, or nothing, is there. */
export type Reached = 'host' | 'own' | 'denied';

/** One place's column of the table. */
export interface ProbeColumn {
  readonly label: string;
  readonly reached: (probe: Probe) => Reached;
  /** For people: what was reached, with the reading where that may be published. */
  readonly said: (probe: Probe) => string;
}

export interface Place {
  readonly subject: Subject;
  /** Where programs may be put and run; default /tmp. */
  readonly folder?: string;
}

/** Asks everything in one place, and on the host just before and just after, by which the answers are compared. */
export async function probeColumn(place: Place, host: Required<Place>, traces: Traces): Promise<ProbeColumn> {
  if (hostArchitecture() !== 'x86-64') {
    throw new NotHereError('The probe of the keyring is written in the system calls of x86-64 machines.');
  }
  const { subject, folder = '/tmp' } = place;
  const before = await readProbes(host.subject, host.folder, traces);
  const readings = await readProbes(subject, folder, traces);
  const after = await readProbes(host.subject, host.folder, traces);
  const reached = ({ id, match }: Probe): Reached => {
    if (readings.get(id)?.kind === 'denied') return 'denied';
    return isHosts(match, textOf(readings, id), textOf(before, id), textOf(after, id)) ? 'host' : 'own';
  };
  return {
    label: subject.label,
    reached,
    said: (probe) => {
      const state = reached(probe);
      const reading = readings.get(probe.id);
      if (state === 'denied' || reading === undefined) return 'denied';
      if (reading.kind !== 'value') return state === 'host' ? "the host's (none)" : 'not there';
      const detail = probe.shown === true ? `: ${reading.text}` : '';
      return `${state === 'host' ? "the host's" : 'its own'}${detail}`;
    },
  };
}

function textOf(readings: Readings, id: string): string {
  const reading = readings.get(id);
  return reading?.kind === 'value' ? reading.text : '';
}

/** Whether a reading is the host's own thing, by what the host reads just before and just after. */
export function isHosts(match: Match, text: string, before: string, after: string): boolean {
  switch (match) {
    case 'found':
      return text === 'found';
    case 'equal':
      return text === before;
    case 'either':
      return text === before || text === after;
    case 'between':
      return text !== '' && Number(before) <= Number(text) && Number(text) <= Number(after);
    case 'shares': {
      const lines = new Set(text.split('\n').filter(Boolean));
      return [before, after].some((other) => other.split('\n').some((line) => lines.has(line)));
    }
  }
}
