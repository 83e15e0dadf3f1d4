import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { LabError, NotHereError } from '../errors.ts';
import { cacheRoot, scratchRoot } from '../places.ts';
import { hostArchitecture, packagesFor } from '../rootfs/architecture.ts';
import { findCommand } from '../rootfs/host-binary.ts';
import { openChannel } from './channel.ts';
import { diskArguments, networkAppend, networkArguments, type DiskLayers } from './devices.ts';
import { runningGuest } from './guest.ts';
import { baseAppend, hardwareArguments, hardwareOf } from './hardware.ts';
import { imageFiles, type ImageFiles } from './image.ts';
import { awaitReady } from './ready.ts';
import type { GuestOptions, RunningGuest } from './types.ts';
import { launchVmm } from './vmm.ts';

/**
 * Boots a guest and waits until its agent answers. The image's files are made on first use.
 * @throws NotHereError where QEMU or what an image is made of is missing; LabError, with the console's tail, where the
 * guest ends or stays silent.
 */
export async function startGuest(options: GuestOptions): Promise<RunningGuest> {
  const command = await qemuCommand();
  const files = await imageFiles(options.image, { cacheRoot: cacheRoot() });
  const name = guestName(options.runId);
  const overlayPath = await overlayFor(files, options.runId, name);
  try {
    const hardware = hardwareOf(options, hostArchitecture());
    const vmm = await launchVmm({
      command,
      accelerator: hardware.accelerator,
      netns: options.tap?.netns,
      arguments: async (table) => [
        ...hardwareArguments(name, hardware),
        ...['-kernel', await table.readable(files.kernel.imagePath)],
        ...['-initrd', await table.readable(files.initialPath)],
        ...['-append', commandLine(options, files)],
        ...networkArguments(options),
        ...(await allDisks(options, files, overlayPath, table)),
        ...(options.qemuArguments ?? []),
      ],
    });
    const channel = openChannel(vmm.agentLine);
    const readyAt = await awaitReady(options, vmm, channel.ready);
    return await runningGuest({ name, options, hardware, vmm, channel, readyAt, overlayPath });
  } catch (error) {
    if (overlayPath !== null) await rm(overlayPath, { force: true });
    throw error;
  }
}

/** @throws NotHereError with the package to install. */
export async function qemuCommand(): Promise<string> {
  const { qemuCommand: command, qemu } = packagesFor(hostArchitecture());
  const path = await findCommand(command);
  if (path === null)
    throw new NotHereError(`QEMU is missing (${command}). Install it: apt-get install ${qemu} qemu-utils`);
  return path;
}

/** Carries the run's id, by which findGuests() knows what a dead run left. */
export function guestName(runId: string): string {
  return `bare-claims-${runId}-${randomBytes(4).toString('hex')}`;
}

async function overlayFor(files: ImageFiles, runId: string, name: string): Promise<string | null> {
  if (files.diskPath === null) return null;
  return createOverlay(files.diskPath, 'raw', runId, name);
}

/** An empty qcow2 layer in the run's scratch folder, over a disk that stays as it is. */
export async function createOverlay(
  below: string,
  format: 'raw' | 'qcow2',
  runId: string,
  name: string,
): Promise<string> {
  const scratch = scratchRoot(runId);
  await mkdir(scratch, { recursive: true });
  const path = join(scratch, `${name}.qcow2`);
  try {
    await execa('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', below, '-F', format, path]);
  } catch (cause) {
    throw new LabError(`The guest's disk could not be made in ${scratch}: ${String(cause)}`, { cause });
  }
  return path;
}

function commandLine(options: GuestOptions, files: ImageFiles): string {
  const root = files.diskPath === null ? '' : 'lab.root=/dev/vda';
  const parts = [baseAppend(hostArchitecture()), networkAppend(options), root, options.append ?? ''];
  return parts.filter((part) => part !== '').join(' ');
}

async function allDisks(
  options: GuestOptions,
  files: ImageFiles,
  overlayPath: string | null,
  table: Parameters<typeof diskArguments>[1],
): Promise<readonly string[]> {
  const disks: DiskLayers[] = [];
  if (files.diskPath !== null && overlayPath !== null) {
    const base = { path: files.diskPath, format: 'raw' } as const;
    disks.push({ id: 'root', layers: [base, { path: overlayPath, format: 'qcow2' }] });
  }
  for (const [index, disk] of (options.disks ?? []).entries())
    disks.push({ id: `disk${String(index)}`, layers: [disk] });
  const result: string[] = [];
  for (const disk of disks) result.push(...(await diskArguments(disk, table)));
  return result;
}
