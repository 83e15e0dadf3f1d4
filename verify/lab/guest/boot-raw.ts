import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostArchitecture, packagesFor } from '../rootfs/architecture.ts';
import { NotHereError } from '../errors.ts';
import { scratchRoot } from '../places.ts';
import { diskArguments } from './devices.ts';
import { sandboxArguments } from './hardware.ts';
import { guestName, qemuCommand } from './start.ts';
import type { Accelerator, GuestExit } from './types.ts';
import { launchVmm, type FileTable } from './vmm.ts';

/**
 * What to boot: the bytes of a disk; a file (its path, or its bytes) that QEMU loads as a kernel (bzImage, multiboot), which
 * may have an initial file system; or the path of a firmware, in place of the machine's own.
 */
export type RawSystem =
  | { readonly disk: Uint8Array }
  | { readonly kernel: string | Uint8Array; readonly append?: string; readonly initial?: Uint8Array }
  | { readonly firmware: string };

export interface RawOptions {
  readonly runId: string;
  /** Path of another QEMU than the one for this machine's own instruction set. */
  readonly command?: string;
  /** Default `tcg`. */
  readonly accelerator?: Accelerator;
  /** Default 64. */
  readonly memoryMiB?: number;
  /** Ends the wait; that a system goes on running is a result and no error. Default 10,000. */
  readonly deadlineMs?: number;
  /** Ends the wait, and the machine, once the console shows it. */
  readonly until?: RegExp;
  /** More QEMU arguments, at the end. */
  readonly qemuArguments?: readonly string[];
}

export interface RawBoot {
  /** All that came on the first serial port. */
  readonly console: string;
  /** `shown`: `until` appeared; `exit`: the machine ended by itself; `deadline`: it was still running. */
  readonly ended: 'shown' | 'exit' | 'deadline';
  /** Where it ended by itself. */
  readonly exit: GuestExit | null;
  /** From the spawn of QEMU to the first byte on the console; null where none came. */
  readonly firstByteMs: number | null;
  readonly durationMs: number;
}

/** Boots whatever it is given, without agent, disk image or root file system, and returns what it printed. x86 only. */
export async function bootRaw(system: RawSystem, options: RawOptions): Promise<RawBoot> {
  if (hostArchitecture() !== 'x86-64') {
    throw new NotHereError(
      `Boot sectors are for x86 machines; ${packagesFor(hostArchitecture()).qemuCommand} has none.`,
    );
  }
  const { accelerator = 'tcg', memoryMiB = 64, deadlineMs = 10_000, until } = options;
  const command = options.command ?? (await qemuCommand());
  // Below the run's own folder, so that it goes with the run, however that ends.
  await mkdir(scratchRoot(options.runId), { recursive: true });
  const directory = await mkdtemp(join(scratchRoot(options.runId), 'raw-'));
  try {
    const vmm = await launchVmm({
      command,
      accelerator,
      arguments: async (table) => [
        ...['-name', guestName(options.runId), '-M', 'pc', '-accel', accelerator, '-m', String(memoryMiB)],
        ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio'],
        ...sandboxArguments(),
        ...(await systemArguments(system, directory, table)),
        ...(options.qemuArguments ?? []),
      ],
    });
    let timer: NodeJS.Timeout | undefined;
    const shown = until === undefined ? [] : [vmm.console.waitFor(until, deadlineMs).then(() => 'shown' as const)];
    const ended = await Promise.race([
      vmm.exited.then(() => 'exit' as const),
      new Promise<'deadline'>((resolve) => (timer = setTimeout(resolve, deadlineMs, 'deadline'))),
      // Not shown in time, or never: the other two say which.
      ...shown.map((promise) => promise.catch(() => vmm.exited.then(() => 'exit' as const))),
    ]);
    clearTimeout(timer);
    const durationMs = performance.now() - vmm.spawnedAt;
    vmm.kill('SIGKILL');
    const exit = await vmm.exited;
    const { firstByteAt } = vmm.console;
    return {
      console: vmm.console.text(),
      ended,
      exit: ended === 'exit' ? exit : null,
      firstByteMs: firstByteAt === null ? null : firstByteAt - vmm.spawnedAt,
      durationMs,
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** @param directory for files that QEMU is handed; it goes with the machine */
async function systemArguments(system: RawSystem, directory: string, table: FileTable): Promise<readonly string[]> {
  const file = async (name: string, content: string | Uint8Array): Promise<string> => {
    if (typeof content === 'string') return content;
    const path = join(directory, name);
    await writeFile(path, content);
    return path;
  };
  if ('disk' in system) {
    const path = await file('disk', system.disk);
    return diskArguments({ id: 'root', bus: 'ide', layers: [{ path, format: 'raw' }] }, table);
  }
  if ('firmware' in system) return ['-bios', await table.readable(system.firmware)];
  const { kernel, append = '', initial } = system;
  return [
    ...['-kernel', await table.readable(await file('kernel', kernel)), '-append', append],
    ...(initial === undefined ? [] : ['-initrd', await table.readable(await file('initial', initial))]),
  ];
}
