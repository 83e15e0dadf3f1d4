import { constants } from 'node:os';
import { execa } from 'execa';
import { defaultExecTimeoutMs, settleExec, showCommand, tailOf, timedOut } from './exec-outcome.ts';
import { LabError } from '../errors.ts';
import type { ExecOptions, ExecResult, Subject } from '../subject.ts';

/** The machine itself. */
export interface Host extends Subject {
  readonly kind: 'host';
  readonly emulated: false;
}

export interface HostOptions {
  readonly label?: string;
  /** Marks every process in its environment, so that the reaper finds those of a dead run. */
  readonly runId?: string;
  /** Path of a network namespace in which commands run; needs root. */
  readonly netns?: string | null;
  /** When it is aborted, commands that run are ended. */
  readonly signal?: AbortSignal;
}

/** Environment variable by which the reaper recognises a process of a run. */
export const runVariable = 'BARE_CLAIMS_RUN';

/** Tools such as tc and iptables are often left out of an unprivileged user's path. */
const searchPath = `${process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`;

export function hostSubject({ label = 'host', runId, netns = null, signal }: HostOptions = {}): Host {
  return {
    kind: 'host',
    label,
    emulated: false,
    exec: (command, options = {}) => hostExec(label, command, options, { runId, netns, signal }),
  };
}

async function hostExec(
  label: string,
  command: readonly string[],
  options: ExecOptions,
  place: {
    readonly runId: string | undefined;
    readonly netns: string | null;
    readonly signal: AbortSignal | undefined;
  },
): Promise<ExecResult> {
  const { runId, netns, signal } = place;
  signal?.throwIfAborted();
  const [file, ...args] = [...intoNetns(netns), ...asUser(options.user), ...command];
  if (file === undefined) throw new LabError('An empty command cannot be run on the host.');
  const timeoutMs = options.timeoutMs ?? defaultExecTimeoutMs;
  const startedAt = performance.now();
  const child = execa(file, args, {
    env: {
      PATH: searchPath,
      LC_ALL: 'C.UTF-8',
      ...(runId === undefined ? {} : { [runVariable]: runId }),
      ...options.env,
    },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.stdin === undefined ? { stdin: 'ignore' as const } : { input: options.stdin }),
    // Its own process group: a command that runs over is ended with all its children.
    detached: true,
    cleanup: false,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 64 * 2 ** 20,
  });
  const end = (): void => {
    if (child.pid !== undefined) killGroup(child.pid);
  };
  const deadline = { passed: false };
  const timer = setTimeout(() => {
    deadline.passed = true;
    end();
  }, timeoutMs);
  signal?.addEventListener('abort', end, { once: true });
  const result = await child;
  clearTimeout(timer);
  signal?.removeEventListener('abort', end);
  if (deadline.passed) throw timedOut(label, command, timeoutMs, result.stderr === '' ? result.stdout : result.stderr);
  if (result.exitCode === undefined && result.signal === undefined) {
    throw new LabError(`Cannot run on the ${label}: ${showCommand(command)}\n${tailOf(result.originalMessage ?? '')}`, {
      cause: result.cause,
    });
  }
  const outcome = {
    // As a shell reports a process that a signal ended.
    exitCode: result.exitCode ?? 128 + signalNumber(result.signal),
    stdout: result.stdout,
    stderr: result.stderr,
    durationMs: performance.now() - startedAt,
  };
  return settleExec(label, command, outcome, options);
}

// Not `ip netns exec`: it mounts /sys anew and so changes more than the network.
function intoNetns(path: string | null): string[] {
  return path === null ? [] : ['nsenter', `--net=${path}`, '--'];
}

// Not the uid of the spawned process: entering a namespace needs root until the last moment.
function asUser(user: string | undefined): string[] {
  if (user === undefined) return [];
  const [uid = '', gid = uid] = user.split(':');
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'];
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended at the same moment.
  }
}

function signalNumber(signal: NodeJS.Signals | undefined): number {
  return signal === undefined ? 0 : constants.signals[signal];
}
