import { rm } from 'node:fs/promises';
import { LabError } from '../errors.ts';
import { cacheRoot } from '../places.ts';
import { hostArchitecture } from '../rootfs/architecture.ts';
import { setupArguments } from './boot.ts';
import { openChannel, type Channel } from './channel.ts';
import { networkArguments } from './devices.ts';
import { runningGuest } from './guest.ts';
import { hardwareOf } from './hardware.ts';
import { imageFiles } from './image.ts';
import { createOverlay } from './overlay.ts';
import { quoted } from './shell.ts';
import { guestName, overlayPathOf, qemuCommand } from './start.ts';
import { guestTemplate, ignoreShared, migrated } from './template.ts';
import type { GuestOptions, RunningGuest } from './types.ts';
import { launchVmm, type Vmm } from './vmm.ts';

/** A restored guest has the devices of its template: further disks cannot be had. */
export type RestoreOptions = Omit<GuestOptions, 'disks' | 'withoutAgent'>;

/**
 * A guest that continues from where a template was halted, well under a second after the call. The template is made by
 * a boot on first use and kept in the cache.
 *
 * All copies of one template share its past: the same boot_id, the same state of the random number generator (until
 * it is reseeded, two of them may draw the same "random" numbers), the same MAC address, the same process ids. Compare such things in guests
 * that were booted. The wall clock is set after the restore.
 */
export async function restoreGuest(options: RestoreOptions): Promise<RunningGuest> {
  const command = await qemuCommand();
  const files = await imageFiles(options.image, { cacheRoot: cacheRoot() }, options.kernelPackage);
  const hardware = hardwareOf(options, hostArchitecture());
  const template = await guestTemplate(command, options, hardware, files);
  const name = guestName(options.runId);
  const overlayPath = template.overlayPath === null ? null : overlayPathOf(options.runId, name);
  let vmm: Vmm | undefined;
  try {
    if (template.overlayPath !== null && overlayPath !== null) {
      await createOverlay(template.overlayPath, 'qcow2', overlayPath);
    }
    const setup = {
      name,
      options,
      hardware,
      files,
      rootLayers: [template.overlayPath, overlayPath].filter((path) => path !== null),
      network: networkArguments(options),
      memory: { path: template.memoryPath, shared: false },
    };
    let state = -1;
    vmm = await launchVmm({
      command,
      accelerator: hardware.accelerator,
      tap: options.tap,
      arguments: async (table) => {
        state = await table.descriptor(template.statePath, 'r');
        return [...(await setupArguments(setup, table)), '-incoming', 'defer'];
      },
    });
    const channel = openChannel(vmm.agentLine);
    await vmm.qmp.execute('migrate-set-capabilities', ignoreShared);
    await vmm.qmp.execute('migrate-incoming', { uri: `fd:${String(state)}` });
    await migrated(vmm);
    await vmm.qmp.execute('cont');
    await wake(channel, options, vmm);
    const readyAt = performance.now();
    const label = `guest, ${options.image}, restored`;
    return await runningGuest({ name, label, options, hardware, vmm, channel, readyAt, overlayPath });
  } catch (error) {
    vmm?.kill('SIGKILL');
    await vmm?.exited;
    if (overlayPath !== null) await rm(overlayPath, { force: true });
    throw error;
  }
}

const wakeTimeoutMs = 30_000;

/** Tells the guest what changed while it did not exist: the time, and where it is on which network. */
async function wake(channel: Channel, { tap, image }: RestoreOptions, vmm: Vmm): Promise<void> {
  const time = `date -s @${String(Math.round(Date.now() / 1000))} >/dev/null`;
  const network = tap === undefined ? '' : `; /lib/lab/network ${quoted(tap.address)} ${quoted(tap.gateway ?? '')}`;
  const { status, stderr, timedOut } = await channel.run(`${time}${network}`, '', wakeTimeoutMs);
  if (timedOut || status !== 0) {
    throw new LabError(
      `The restored ${image} guest did not wake (status ${String(status)}): ${stderr}\n${vmm.console.tail(20)}`,
    );
  }
}
