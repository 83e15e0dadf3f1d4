import { join } from 'node:path';
import { z } from 'zod';
import { LabError } from '../errors.ts';
import { cacheRoot } from '../places.ts';
import { hostArchitecture } from '../rootfs/architecture.ts';
import { setupArguments } from './boot.ts';
import { openChannel } from './channel.ts';
import { networkArguments } from './devices.ts';
import { runningGuest } from './guest.ts';
import { hardwareOf } from './hardware.ts';
import { imageFiles } from './image.ts';
import { guestName, qemuCommand } from './start.ts';
import { migrated } from './template.ts';
import type { GuestOptions, RunningGuest } from './types.ts';
import { vmmFolder } from './vmm-folder.ts';
import { launchVmm } from './vmm.ts';

/** A guest after its move, and what the move cost by the account of the VMM that it left. */
export interface Moved {
  readonly guest: RunningGuest;
  /** The guest stood still for so long. */
  readonly downtimeMs: number;
  readonly totalMs: number;
  /** Of memory and devices. */
  readonly sentBytes: number;
}

/** A second VMM, with a machine that does not run yet: it waits for the state of one that does. */
export interface Receiver extends AsyncDisposable {
  /**
   * Takes a running guest over from its VMM, which is left stopped. The guest's own object is of no more use then.
   * @throws LabError where the machine does not fit; the guest then goes on where it was
   */
  take(source: RunningGuest): Promise<Moved>;
}

/** How long a receiving VMM may take to end after a failure. */
const graceMs = 5_000;

const answerSchema = z.looseObject({
  status: z.string(),
  downtime: z.number().optional(),
  'total-time': z.number().optional(),
  ram: z.looseObject({ transferred: z.number() }).optional(),
});

/**
 * Starts a VMM that waits for a guest without a disk of its own (image `bare`).
 * @param options as those of the guest to come; another machine is one that its state does not fit
 */
export async function startReceiver(options: GuestOptions): Promise<Receiver> {
  if (options.image !== 'bare') throw new LabError(`Only the bare guest is moved, not the ${options.image} one.`);
  const command = await qemuCommand();
  const files = await imageFiles(options.image, { cacheRoot: cacheRoot() }, options.kernelPackage);
  const hardware = hardwareOf(options, hostArchitecture());
  const name = guestName(options.runId);
  const setup = { name, options, hardware, files, rootLayers: [], network: networkArguments(options) };
  const vmm = await launchVmm({
    command,
    accelerator: hardware.accelerator,
    tap: options.tap,
    arguments: async (table) => [...(await setupArguments(setup, table)), '-incoming', 'defer'],
  });
  const folder = await vmmFolder();
  const dispose = async (): Promise<void> => {
    vmm.kill('SIGKILL');
    await vmm.exited;
    await folder[Symbol.asyncDispose]();
  };
  return {
    async take(source) {
      const uri = `unix:${join(folder.path, 'state')}`;
      const tell = { capabilities: [{ capability: 'events', state: true }] };
      await vmm.qmp.execute('migrate-set-capabilities', tell);
      await vmm.qmp.execute('migrate-incoming', { uri });
      await source.qmp.execute('migrate-set-capabilities', tell);
      const channel = openChannel(vmm.agentLine);
      const begunAt = performance.now();
      await source.qmp.execute('migrate', { uri });
      await Promise.all([migrated(source, begunAt), migrated(vmm)]).catch(async (cause: unknown) => {
        // The receiving end knows why, says so, and ends; one that does not is made to.
        const timer = setTimeout(() => {
          vmm.kill('SIGKILL');
        }, graceMs);
        const { because } = await vmm.exited;
        clearTimeout(timer);
        throw new LabError(`The guest could not be moved: ${because}`, { cause });
      });
      const told = answerSchema.parse(await source.qmp.execute('query-migrate'));
      const label = `guest, ${options.image}, moved`;
      const parts = { name, label, options, hardware, vmm, channel, readyAt: performance.now(), overlayPath: null };
      return {
        guest: await runningGuest(parts),
        downtimeMs: told.downtime ?? NaN,
        totalMs: told['total-time'] ?? NaN,
        sentBytes: told.ram?.transferred ?? NaN,
      };
    },
    [Symbol.asyncDispose]: dispose,
  };
}
