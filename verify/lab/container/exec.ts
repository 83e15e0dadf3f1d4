import type Docker from 'dockerode';
import { collect, endsWithin } from './streams.ts';
import { LabError } from '../errors.ts';
import { defaultExecTimeoutMs, settleExec, showCommand, timedOut } from '../host/exec-outcome.ts';
import { signalProcess } from '../host/process.ts';
import type { ExecOptions, ExecResult } from '../subject.ts';

/** Runs a command in a running container, with its streams apart and its exit code. */
export async function containerExec(
  container: Docker.Container,
  label: string,
  command: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const timeoutMs = options.timeoutMs ?? defaultExecTimeoutMs;
  const startedAt = performance.now();
  const exec = await container.exec({
    Cmd: [...command],
    AttachStdin: options.stdin !== undefined,
    AttachStdout: true,
    AttachStderr: true,
    Env: Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(options.cwd === undefined ? {} : { WorkingDir: options.cwd }),
    ...(options.user === undefined ? {} : { User: options.user }),
  });
  const stream = await exec.start({ hijack: true, stdin: options.stdin !== undefined });
  const printed = collect(container, stream);
  if (options.stdin !== undefined) stream.end(options.stdin);
  const ended = await endsWithin(stream, timeoutMs);
  const { stdout, stderr } = printed();
  if (!ended) {
    stream.destroy();
    await endExec(exec);
    throw timedOut(label, command, timeoutMs, stderr === '' ? stdout : stderr);
  }
  const exitCode = await exitCodeOf(exec, label, command);
  return settleExec(label, command, { exitCode, stdout, stderr, durationMs: performance.now() - startedAt }, options);
}

async function exitCodeOf(exec: Docker.Exec, label: string, command: readonly string[]): Promise<number> {
  // The engine closes the streams a moment before it notes the exit code.
  for (let wait = 1; wait < 2_000; wait *= 2) {
    const { ExitCode, Running } = await exec.inspect();
    if (!Running && ExitCode !== null) return ExitCode;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  throw new LabError(
    `Command in the ${label} closed its output and runs on, so it has no exit code: ${showCommand(command)}\n` +
      'Start a background process with its output sent elsewhere, or as the command of a container.',
  );
}

/** The API cannot end an exec; its process can be ended where it is one of this machine's and we may. */
async function endExec(exec: Docker.Exec): Promise<void> {
  const { Pid, Running } = await exec.inspect();
  if (!Running || Pid <= 0) return;
  try {
    signalProcess(Pid, 'SIGKILL');
  } catch {
    // Not permitted: it ends with its container.
  }
}
