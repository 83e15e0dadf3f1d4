import { writeFile } from 'node:fs/promises';
import { hostArchitecture } from '../lab/rootfs/architecture.ts';
import { LabError } from '../lab/errors.ts';
import type { Subject } from '../lab/subject.ts';

/** QEMU's own choice of a processor on a PC, with few of the instructions that the host's has. Elsewhere it has none. */
export const untunedProcessor = (): string => (hostArchitecture() === 'x86-64' ? 'qemu64' : 'max');

const serial = 'tuned';

/**
 * Makes a disk with an empty ext4 file system and says with which QEMU arguments a guest has it without the host's page
 * cache and with the kernel's asynchronous I/O, as guides to tuning recommend.
 */
export async function tunedDisk(host: Subject, path: string): Promise<readonly string[]> {
  await writeFile(path, '');
  // The machine monitor runs as nobody.
  await host.exec(['sh', '-c', 'truncate -s 256M "$0" && mke2fs -q -F -t ext4 "$0" && chmod 0666 "$0"', path]);
  const blockdev = { driver: 'file', filename: path, 'node-name': serial, cache: { direct: true }, aio: 'native' };
  return ['-blockdev', JSON.stringify(blockdev), '-device', `virtio-blk-pci,drive=${serial},serial=${serial}`];
}

/** Mounts that disk in its guest. Returns where. */
export async function mountTunedDisk(guest: Subject): Promise<string> {
  const script = `for d in /sys/block/vd*; do [ "$(cat $d/serial)" = ${serial} ] || continue
    mkdir -p /tuned && mount -t ext4 /dev/\${d##*/} /tuned && echo mounted; done`;
  const { stdout } = await guest.exec(['sh', '-c', script]);
  if (stdout.trim() !== 'mounted') throw new LabError(`The ${guest.label} did not find its disk "${serial}".`);
  return '/tuned';
}
