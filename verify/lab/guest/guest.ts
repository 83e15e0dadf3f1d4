import { rm } from 'node:fs/promises';
import { LabError } from '../errors.ts';
import type { ExecOptions, ExecResult } from '../subject.ts';
import type { Channel } from './channel.ts';
import { publishedPorts } from './devices.ts';
import type { Hardware } from './hardware.ts';
import { scriptFor } from './shell.ts';
import type { GuestExit, GuestOptions, RunningGuest } from './types.ts';
import type { Vmm } from './vmm.ts';

/** What a started VMM consists of, however it came to run. */
export interface GuestParts {
  readonly name: string;
  readonly label: string;
  readonly options: GuestOptions;
  readonly hardware: Hardware;
  readonly vmm: Vmm;
  readonly channel: Channel;
  readonly readyAt: number | null;
  readonly overlayPath: string | null;
}

const tailLines = 20;

/** How long a guest whose command line is lost may take to end by itself, and say why. */
const graceMs = 10_000;

/** The guest as checks see it. */
export async function runningGuest(parts: GuestParts): Promise<RunningGuest> {
  const { name, options, hardware, vmm, channel, overlayPath } = parts;
  const ports = await readPorts(parts);
  const emulated = hardware.accelerator === 'tcg';
  const since = (at: number | null): number | null => (at === null ? null : at - vmm.spawnedAt);
  const end = async (): Promise<GuestExit> => {
    vmm.kill('SIGKILL');
    return vmm.exited;
  };
  return {
    kind: 'guest',
    label: parts.label,
    emulated,
    name,
    image: options.image,
    pid: vmm.pid,
    accelerator: hardware.accelerator,
    qmp: vmm.qmp,
    overlayPath,
    exited: vmm.exited,
    get timings() {
      return {
        spawnedAt: vmm.spawnedAt,
        consoleMs: since(vmm.console.firstByteAt),
        readyMs: since(parts.readyAt),
      };
    },
    exec: (command, execOptions) => execIn(parts, command, execOptions),
    address(guestPort) {
      if (options.tap !== undefined) return { host: options.tap.address.split('/')[0] ?? '', port: guestPort };
      const port = ports.get(guestPort);
      if (port === undefined)
        throw new LabError(`Port ${String(guestPort)} of the guest is not published: name it in publish.`);
      return { host: '127.0.0.1', port };
    },
    console: (lines = tailLines) => vmm.console.tail(lines),
    waitForConsole: (pattern, timeoutMs) => vmm.console.waitFor(pattern, timeoutMs),
    async shutdown(timeoutMs = 20_000) {
      const timer = setTimeout(() => {
        vmm.kill('SIGKILL');
      }, timeoutMs);
      // The line closes under the command that succeeds: its failure means nothing.
      if (parts.readyAt === null) vmm.qmp.execute('system_powerdown').catch(() => undefined);
      else channel.run('sync; poweroff', '', timeoutMs).catch(() => undefined);
      const exit = await vmm.exited;
      clearTimeout(timer);
      return exit;
    },
    kill: end,
    async [Symbol.asyncDispose]() {
      await end();
      if (overlayPath !== null) await rm(overlayPath, { force: true });
    },
  };
}

async function readPorts({ options, vmm }: GuestParts): Promise<ReadonlyMap<number, number>> {
  if (options.publish === undefined || options.publish.length === 0) return new Map();
  const usernet = await vmm.qmp.execute('human-monitor-command', { 'command-line': 'info usernet' });
  return publishedPorts(String(usernet));
}

async function execIn(
  { options, vmm, channel, readyAt }: GuestParts,
  command: readonly string[],
  { stdin = '', timeoutMs = 30_000, reject = true, ...rest }: ExecOptions = {},
): Promise<ExecResult> {
  const words = command.join(' ');
  if (readyAt === null) throw new LabError(`A guest without an agent runs no commands: ${words}`);
  if (rest.user !== undefined && options.image === 'bare') {
    throw new LabError(`The bare guest has no program that changes users: take the minimal one for ${words}`);
  }
  const startedAt = performance.now();
  const result = await channel.run(scriptFor(command, rest), stdin, timeoutMs).catch(async (cause: unknown) => {
    // Its line is lost: a guest that did not end with it can be of no more use.
    const timer = setTimeout(() => {
      vmm.kill('SIGKILL');
    }, graceMs);
    const { because } = await vmm.exited;
    clearTimeout(timer);
    throw new LabError(`${words} was running when the guest ended (${because}).\n${vmm.console.tail(tailLines)}`, {
      cause,
    });
  });
  const printed = `${result.stdout}${result.stderr}`.slice(-2000);
  const where = `in the ${options.image} guest`;
  if (result.timedOut) {
    throw new LabError(`${words} did not end within ${String(timeoutMs)} ms ${where}. It had printed:\n${printed}`);
  }
  if (reject && result.status !== 0) {
    throw new LabError(`${words} ended with status ${String(result.status)} ${where}. It printed:\n${printed}`);
  }
  const { status, stdout, stderr } = result;
  return { exitCode: status, stdout, stderr, durationMs: performance.now() - startedAt };
}
