import { LabError } from '../errors.ts';
import { tapDescriptor } from './tap.ts';
import type { GuestDisk, GuestOptions } from './types.ts';
import type { FileTable } from './vmm.ts';

/** QEMU arguments for the guest's one network card: nothing to reach but what is published, or a tap device. */
export function networkArguments({ publish, tap }: Pick<GuestOptions, 'publish' | 'tap'>): readonly string[] {
  if (tap !== undefined) {
    if (publish !== undefined) throw new LabError('A guest on a tap device has an address: publish no ports.');
    const mac = tap.mac === undefined ? '' : `,mac=${tap.mac}`;
    return [
      ...['-netdev', `tap,id=net,fd=${String(tapDescriptor)}`],
      ...['-device', `virtio-net-pci,netdev=net,romfile=${mac}`],
    ];
  }
  // Port 0: QEMU takes a free one, which publishedPorts() then reads from it. No two guests can want the same.
  const forwards = (publish ?? []).map((port) => `,hostfwd=tcp:127.0.0.1:0-:${String(port)}`).join('');
  return ['-netdev', `user,id=net,restrict=on${forwards}`, '-device', 'virtio-net-pci,netdev=net,romfile='];
}

/** Kernel command line that gives the card its address; the guests' /lib/lab/network reads it. */
export function networkAppend({ tap }: Pick<GuestOptions, 'tap'>): string {
  // QEMU's user network is always 10.0.2.0/24 with this address forwarded to (qemu(1), -netdev user).
  if (tap === undefined) return 'lab.address=10.0.2.15/24';
  return `lab.address=${tap.address}${tap.gateway === undefined ? '' : ` lab.gateway=${tap.gateway}`}`;
}

/** Guest port -> port on this machine's loopback, from the monitor's `info usernet`. */
export function publishedPorts(usernet: string): ReadonlyMap<number, number> {
  const row = /TCP\[HOST_FORWARD\]\s+\d+\s+\S+\s+(\d+)\s+\S+\s+(\d+)/g;
  return new Map([...usernet.matchAll(row)].map(([, host, guest]) => [Number(guest), Number(host)]));
}

/** A disk made of layers: the topmost is written to, all below are read. */
export interface DiskLayers {
  readonly id: string;
  /** Default `virtio`. PC firmware of old boots `ide` even from a disk of one sector. */
  readonly bus?: 'virtio' | 'ide';
  readonly layers: readonly GuestDisk[];
}

/** QEMU arguments for a disk, its bottom layer first; files are handed over open. */
export async function diskArguments(disk: DiskLayers, files: FileTable): Promise<readonly string[]> {
  const result: string[] = [];
  let below: string | null = null;
  for (const [index, { path, format, readOnly = false }] of disk.layers.entries()) {
    const top = index === disk.layers.length - 1;
    const frozen = !top || readOnly;
    const node: string = top ? disk.id : `${disk.id}-${String(index)}`;
    const file = {
      driver: 'file',
      filename: await files.block(path, frozen ? 'r' : 'r+'),
      'node-name': `${node}-file`,
      'read-only': frozen,
    };
    // qcow2 is told what lies below it, so that the path that it remembers is never opened.
    const backing = format === 'qcow2' ? { backing: below } : {};
    const layer = { driver: format, file: `${node}-file`, 'node-name': node, 'read-only': frozen, ...backing };
    result.push('-blockdev', JSON.stringify(file), '-blockdev', JSON.stringify(layer));
    below = node;
  }
  const serial = disk.layers.at(-1)?.serial ?? disk.id;
  const device = disk.bus === 'ide' ? 'ide-hd' : 'virtio-blk-pci';
  // `report`: a host without room is an I/O error that the guest sees, and not a guest that silently stands still.
  result.push('-device', `${device},drive=${disk.id},serial=${serial},werror=report,rerror=report`);
  return result;
}
