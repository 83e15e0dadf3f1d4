import { spawn, type ChildProcess } from 'node:child_process';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { Duplex, Readable } from 'node:stream';
import { LabError } from '../errors.ts';
import { findCommand } from '../rootfs/host-binary.ts';
import { watchConsole, type GuestConsole } from './console.ts';
import { describeExit } from './exit.ts';
import { connectQmp, type Qmp } from './qmp.ts';
import { attachTap } from './tap.ts';
import type { Accelerator, GuestExit, GuestTap } from './types.ts';

/** Names a file to QEMU by the descriptor that it inherits: its user may open nothing of ours by path. */
export interface FileTable {
  /** A path that QEMU can open for reading. */
  readable(path: string): Promise<string>;
  /** A `/dev/fdset/N` for a block device's file. */
  block(path: string, mode: 'r' | 'r+'): Promise<string>;
  /** The bare number of a descriptor. */
  descriptor(path: string, mode: 'r' | 'r+'): Promise<number>;
}

export interface VmmOptions {
  readonly command: string;
  readonly accelerator: Accelerator;
  readonly tap?: GuestTap | undefined;
  /** All arguments but the monitor's. Descriptor 4 is the agent's line. */
  readonly arguments: (files: FileTable) => Promise<readonly string[]>;
}

/** A QEMU process whose monitor answers. */
export interface Vmm {
  readonly pid: number;
  readonly spawnedAt: number;
  readonly console: GuestConsole;
  readonly agentLine: Duplex;
  readonly qmp: Qmp;
  readonly exited: Promise<GuestExit>;
  kill(signal: NodeJS.Signals): void;
}

const firstFile = 5;

/** How long a QEMU whose monitor is lost may take to end. */
const graceMs = 2_000;

/**
 * Starts QEMU: unprivileged where we are root, dead as soon as we are, with its monitor and agent on socket pairs
 * that no one else can reach and nobody has to remove.
 */
export async function launchVmm(options: VmmOptions): Promise<Vmm> {
  const handles: FileHandle[] = [];
  const extra: string[] = [];
  const descriptor: FileTable['descriptor'] = async (path, mode) => {
    handles.push(await open(path, mode));
    return firstFile + handles.length - 1;
  };
  const files: FileTable = {
    descriptor,
    readable: async (path) => `/dev/fd/${String(await descriptor(path, 'r'))}`,
    block: async (path, mode) => {
      const number = String(await descriptor(path, mode));
      extra.push('-add-fd', `fd=${number},set=${number}`);
      return `/dev/fdset/${number}`;
    },
  };
  try {
    const own = await options.arguments(files);
    const monitor = ['-chardev', 'socket,id=monitor,fd=3', '-mon', 'chardev=monitor,mode=control'];
    const [file = '', ...words] = [...(await confinement(options)), options.command, ...monitor, ...extra, ...own];
    const spawnedAt = performance.now();
    // Not execa: descriptors 3 and 4 must be raw two-way sockets, which is what spawn makes of a "pipe".
    const child = spawn(file, words, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', ...handles.map(({ fd }) => fd)],
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    });
    return await connect(child, spawnedAt);
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
  }
}

async function connect(child: ChildProcess, spawnedAt: number): Promise<Vmm> {
  const [, , , monitor, agentLine] = child.stdio;
  if (!(monitor instanceof Duplex) || !(agentLine instanceof Duplex) || !(child.stdout instanceof Readable)) {
    throw new LabError('Node gave no sockets for the descriptors of QEMU.');
  }
  const console = watchConsole(child.stdout);
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-8192)));
  agentLine.on('error', () => undefined);
  const connecting = connectQmp(monitor);
  const gone = new Promise<{ code: number | null; signal: string | null; at: number }>((resolve) => {
    let at = 0;
    child.once('exit', () => (at = performance.now()));
    // `close` comes after the last byte of every stream has been read.
    child.once('close', (code, signal) => {
      resolve({ code, signal, at: at === 0 ? performance.now() : at });
    });
    child.once('error', (error) => (complaints += error.message));
  });
  const qmp = await connecting.catch(async (cause: unknown) => {
    // A QEMU that refuses its arguments is about to end by itself, and says why; one that does not end is made to.
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    const { code, signal } = await gone;
    clearTimeout(timer);
    const status = signal ?? `status ${String(code)}`;
    throw new LabError(`QEMU did not start (${status}): ${complaints.trim() || 'it said nothing'}`, { cause });
  });
  const exited = gone.then((end) => describeExit(end, qmp.events, console.text(), complaints));
  return {
    pid: child.pid ?? -1,
    spawnedAt,
    console,
    agentLine,
    qmp,
    exited,
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

/** The user that owns nothing: "nobody" on Debian, Ubuntu, Fedora and Arch alike. */
export const unprivilegedUid = 65534;

async function confinement({ tap, accelerator }: VmmOptions): Promise<readonly string[]> {
  if (process.platform !== 'linux' || (await findCommand('setpriv')) === null) return [];
  const drop = process.getuid?.() === 0 ? await setprivOptions(accelerator) : [];
  return [
    ...(tap === undefined ? [] : attachTap(tap)),
    'setpriv',
    '--pdeathsig',
    'KILL',
    '--no-new-privs',
    ...drop,
    '--',
  ];
}

/** Options of setpriv(1) that make root a user who may use the accelerator and little else; empty where only root may. */
export async function setprivOptions(accelerator: Accelerator): Promise<readonly string[]> {
  const nobody = String(unprivilegedUid);
  const ids = [`--reuid=${nobody}`, `--regid=${nobody}`];
  if (accelerator !== 'kvm') return [...ids, '--clear-groups'];
  const { mode, gid } = await stat('/dev/kvm');
  if ((mode & 0o006) === 0o006) return [...ids, '--clear-groups'];
  if ((mode & 0o060) === 0o060) return [...ids, `--groups=${String(gid)}`];
  // Only root may open the device here: the VMM keeps its user and has the system call filter alone.
  return [];
}
