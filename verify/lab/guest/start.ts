import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NotHereError } from '../errors.ts';
import { cacheRoot, ownName, scratchRoot } from '../places.ts';
import { hostArchitecture, packagesFor } from '../rootfs/architecture.ts';
import { findCommand } from '../rootfs/host-binary.ts';
import { setupArguments } from './boot.ts';
import { openChannel } from './channel.ts';
import { networkArguments } from './devices.ts';
import { runningGuest } from './guest.ts';
import { hardwareOf } from './hardware.ts';
import { imageFiles } from './image.ts';
import { createOverlay } from './overlay.ts';
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
  const files = await imageFiles(options.image, { cacheRoot: cacheRoot() }, options.kernelPackage);
  const name = guestName(options.runId);
  const overlayPath = files.diskPath === null ? null : overlayPathOf(options.runId, name);
  if (files.diskPath !== null && overlayPath !== null) await createOverlay(files.diskPath, 'raw', overlayPath);
  try {
    const hardware = hardwareOf(options, hostArchitecture());
    const rootLayers = overlayPath === null ? [] : [overlayPath];
    const setup = { name, options, hardware, files, rootLayers, network: networkArguments(options) };
    const vmm = await launchVmm({
      command,
      accelerator: hardware.accelerator,
      tap: options.tap,
      arguments: (table) => setupArguments(setup, table),
    });
    const channel = openChannel(vmm.agentLine);
    const readyAt = await awaitReady(options, vmm, channel.ready);
    return await runningGuest({
      name,
      label: `guest, ${options.image}`,
      options,
      hardware,
      vmm,
      channel,
      readyAt,
      overlayPath,
    });
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
  return `${ownName}-${runId}-${randomBytes(4).toString('hex')}`;
}

/** Where a guest's own writes go: the run's scratch folder, which goes when the run does. */
export function overlayPathOf(runId: string, name: string): string {
  return join(scratchRoot(runId), `${name}.qcow2`);
}
