import { open, mkdir, mkdtemp, readFile, rm, stat, writeFile, chmod, copyFile, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { guestKernel } from './kernel.ts';
import { layModules } from './modules.ts';
import { cacheRoot } from '../places.ts';
import { NotHereError } from '../errors.ts';
import { hostArchitecture } from '../rootfs/architecture.ts';
import { ownFile } from '../rootfs/recipe.ts';
import { buildTree, type TreeName } from '../rootfs/tree.ts';
import { unpackedPackage } from '../unpacked-package.ts';

const sectorBytes = 512;
const partitionStart = 2048 * sectorBytes;

/** Drivers for the machine that guests have here, and for no other's disks. */
const ownDrivers: readonly string[] = ['virtio_pci', 'virtio_blk', 'virtio_net', 'ext4'];

/** Drivers for disks and what they are plugged into; those that the kernel has built in or lacks are skipped. */
const allDrivers: readonly string[] = [
  ...[...ownDrivers, 'virtio_scsi', 'ata_generic', 'ata_piix', 'ahci', 'nvme', 'vmw_pvscsi', 'mptspi', 'mptsas'],
  ...['megaraid_sas', 'sym53c8xx', 'xhci_pci', 'uas', 'usb_storage', 'sd_mod'],
];

export interface BootableDiskOptions {
  readonly tree: TreeName;
  /** Laid over the tree, by absolute path, mode 0755. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Of the drivers for disks that the kernel came with: all (default), or those for virtio alone. */
  readonly drivers?: 'all' | 'own';
  /** Folder for what is made on the way; on a real disk. */
  readonly scratch: string;
}

/**
 * Makes a raw disk that a PC's firmware boots: GRUB, the distribution's kernel for virtual machines, an initial file system
 * with drivers for disks, and a tree as root file system, found by its label.
 * @throws NotHereError where apt does not offer GRUB, or the machine is no x86 machine
 */
export async function makeBootableDisk(path: string, options: BootableDiskOptions): Promise<void> {
  if (hostArchitecture() !== 'x86-64')
    throw new NotHereError('Disks that boot by themselves are made for x86 machines only.');
  const scratch = await mkdtemp(join(options.scratch, 'disk-'));
  try {
    const root = join(scratch, 'root');
    await mkdir(root);
    const tree = await buildTree(options.tree, { cacheRoot: cacheRoot() });
    await execa('tar', ['--extract', '--file', tree.tarPath, '--directory', root, '--numeric-owner']);
    for (const [file, text] of Object.entries(options.files ?? {})) {
      await rm(join(root, file), { force: true });
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), text, { mode: 0o755 });
    }
    await layBootFiles(join(root, 'boot'), scratch, options.drivers === 'own' ? ownDrivers : allDrivers);
    await packDisk(path, root, await bootLoader(scratch));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function layBootFiles(folder: string, scratch: string, drivers: readonly string[]): Promise<void> {
  const kernel = await guestKernel({ cacheRoot: cacheRoot() });
  await mkdir(folder, { recursive: true });
  await copyFile(kernel.imagePath, join(folder, 'vmlinuz'));
  const bare = await buildTree('bare', { cacheRoot: cacheRoot() });
  const initial = join(scratch, 'initial');
  await mkdir(initial);
  await execa('tar', ['--extract', '--file', bare.tarPath, '--directory', initial, '--no-same-owner']);
  await layModules(kernel, initial, drivers);
  await writeFile(join(initial, 'init'), await ownFile('init-disk.sh'));
  await chmod(join(initial, 'init'), 0o755);
  const pack = 'find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --reproducible --quiet -F "$0"';
  await execa('sh', ['-c', pack, join(folder, 'initial')], { cwd: initial });
}

/** First sector and what follows it: GRUB's two parts as they lie on a disk, up to the first partition. */
async function bootLoader(scratch: string): Promise<Buffer> {
  const [modules, tools] = [await unpackedPackage('grub-pc-bin'), await unpackedPackage('grub-common')];
  const folder = join(modules.directory, 'usr/lib/grub/i386-pc');
  const config = join(scratch, 'grub.cfg');
  await writeFile(
    config,
    [
      // The firmware's first disk is the one that it boots from; a search would wait for floppy drives.
      'set root=(hd0,msdos1)',
      // `panic` and `reboot`: a machine without a root file system ends at once, and is not waited for.
      'linux /boot/vmlinuz console=ttyS0 quiet panic=-1 reboot=t no_timer_check',
      'initrd /boot/initial',
      'boot',
      '',
    ].join('\n'),
  );
  const core = join(scratch, 'core.img');
  const used = ['biosdisk', 'part_msdos', 'ext2', 'linux', 'boot'];
  const words = ['--directory', folder, '--format', 'i386-pc', '--prefix', '/', '--config', config, '--output', core];
  await execa(join(tools.directory, 'usr/bin/grub-mkimage'), [...words, ...used]);
  // The first sector as it comes reads on at sector 1, where the core tells how long it is itself.
  return Buffer.concat([await readFile(join(folder, 'boot.img')), await readFile(core)]);
}

/** Room beyond the tree for what the system writes. */
const freeMiB = 64;

async function packDisk(path: string, root: string, loader: Buffer): Promise<void> {
  const { stdout } = await execa('du', ['--summarize', '--apparent-size', '--block-size=1M', root]);
  // A tenth for the file system's own tables.
  const megabytes = Math.ceil(Number(stdout.split('\t')[0]) * 1.1) + freeMiB;
  await writeFile(path, '');
  await truncate(path, partitionStart + megabytes * 2 ** 20);
  await execa(
    'mke2fs',
    [
      ...[
        '-q',
        '-F',
        '-t',
        'ext2',
        '-b',
        '4096',
        '-m',
        '0',
        '-L',
        'bare-claims',
        '-E',
        `root_owner=0:0,offset=${String(partitionStart)}`,
      ],
      ...['-d', root, path, `${String(megabytes)}M`],
    ],
    { env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } },
  );
  const first = Buffer.alloc(partitionStart);
  loader.copy(first);
  first.set(partitionTable((await stat(path)).size / sectorBytes), 446);
  const disk = await open(path, 'r+');
  await disk.write(first, 0, first.length, 0);
  await disk.close();
}

/** One active Linux partition from the first mebibyte to the end, and the mark of a boot sector. */
function partitionTable(sectors: number): Buffer {
  const table = Buffer.alloc(66);
  table.set([0x80, 0xfe, 0xff, 0xff, 0x83, 0xfe, 0xff, 0xff]);
  table.writeUInt32LE(partitionStart / sectorBytes, 8);
  table.writeUInt32LE(sectors - partitionStart / sectorBytes, 12);
  table.set([0x55, 0xaa], 64);
  return table;
}
