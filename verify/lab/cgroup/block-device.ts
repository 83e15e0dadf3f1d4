import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { NotHereError } from '../errors.ts';

export interface BlockDevice {
  /** "major:minor", as the io controllers want it. */
  readonly number: string;
  readonly path: string;
}

/** Major and minor number in a st_dev as Linux encodes it (makedev(3)). */
export function deviceNumber(dev: number): string {
  const wide = BigInt(dev);
  const major = ((wide >> 8n) & 0xfffn) | ((wide >> 32n) & ~0xfffn);
  const minor = (wide & 0xffn) | ((wide >> 12n) & ~0xffn);
  return `${String(major)}:${String(minor)}`;
}

/**
 * The whole disk under a path: the kernel's throttles take disks, not partitions.
 * @throws NotHereError where the path lies on no block device (tmpfs, overlay, network file system).
 */
export function blockDeviceBelow(dev: number, path: string): BlockDevice {
  const entry = `/sys/dev/block/${deviceNumber(dev)}`;
  if (!existsSync(entry)) {
    throw new NotHereError(
      `Disk limits need a folder on a block device; ${basename(path)} lies on none (device ${deviceNumber(dev)}).`,
    );
  }
  const folder = resolve(dirname(entry), readlinkSync(entry));
  const disk = existsSync(`${folder}/partition`) ? dirname(folder) : folder;
  return { number: readFileSync(`${disk}/dev`, 'utf8').trim(), path: `/dev/${basename(disk)}` };
}
