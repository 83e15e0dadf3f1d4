import type { RunningGuest } from './types.ts';
import { execa } from 'execa';
import { LabError } from '../errors.ts';

/** Files of a guest's disk: what it wrote itself, and what lies directly below. */
export interface DiskLayerFiles {
  readonly top: string;
  readonly below: string;
}

/** Of a guest that was booted from an image with a disk. The layers are its monitor's: only read them. */
export async function diskLayers(guest: Pick<RunningGuest, 'overlayPath' | 'label'>): Promise<DiskLayerFiles> {
  if (guest.overlayPath === null) throw new LabError(`The ${guest.label} has no disk.`);
  const { stdout } = await execa('qemu-img', ['info', '-U', '--output=json', guest.overlayPath]);
  const below = (JSON.parse(stdout) as Readonly<Record<string, unknown>>)['full-backing-filename'];
  if (typeof below !== 'string') throw new LabError(`The disk of the ${guest.label} has no layer below its own.`);
  return { top: guest.overlayPath, below };
}
