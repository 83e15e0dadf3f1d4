import { createHash } from 'node:crypto';
import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { asRoot } from '../rootfs/become-root.ts';
import { buildOnce } from '../rootfs/build-once.ts';
import { ownFile, type BuildOptions } from '../rootfs/recipe.ts';
import { buildTree } from '../rootfs/tree.ts';
import { guestKernel, type GuestKernel } from './kernel.ts';
import { layModules, bootModules } from './modules.ts';
import type { GuestImage } from './types.ts';

/** All that a guest is started from; nothing in it is ever written to. */
export interface ImageFiles {
  readonly kernel: GuestKernel;
  readonly initialPath: string;
  /** Root disk, raw ext4; null where the initial file system is all. */
  readonly diskPath: string | null;
  readonly digest: string;
}

/** The files of a guest image from the cache, or packaged from the same trees as the container images. */
export async function imageFiles(
  image: GuestImage,
  options: BuildOptions,
  kernelPackage?: string,
): Promise<ImageFiles> {
  const kernel = await guestKernel(options, kernelPackage);
  const bare = await buildTree('bare', options);
  const initial = digestOf(kernel.digest, bare.digest, await ownFile('init.sh'), bootModules.join());
  const initialPath = join(options.cacheRoot, 'guests', `initial-${initial}.cpio`);
  await buildOnce(initialPath, (temporary) => packInitial(bare.tarPath, kernel, temporary));
  if (image === 'bare') return { kernel, initialPath, diskPath: null, digest: initial };

  const tree = await buildTree(image, options);
  const digest = digestOf(initial, tree.digest, 'ext4');
  const diskPath = join(options.cacheRoot, 'guests', `${image}-${digest}.raw`);
  await buildOnce(diskPath, async (temporary) => {
    options.log?.(`making the ${image} guest's disk`);
    await packDisk(tree.tarPath, image === 'full' || image === 'engine' ? kernel : null, temporary);
  });
  return { kernel, initialPath, diskPath, digest };
}

function digestOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

async function packInitial(treeTar: string, kernel: GuestKernel, cpioPath: string): Promise<void> {
  const root = `${cpioPath}.d`;
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  try {
    await execa('tar', ['--extract', '--file', treeTar, '--directory', root, '--no-same-owner']);
    await layModules(kernel, root);
    const init = join(root, 'init');
    await writeFile(init, await ownFile('init.sh'));
    await chmod(init, 0o755);
    // Uncompressed: under emulation a guest unpacks far slower than QEMU copies.
    await execa(
      'sh',
      ['-c', 'find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --reproducible --quiet -F "$0"', cpioPath],
      {
        cwd: root,
      },
    );
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Room beyond the tree itself for what a guest writes; unwritten blocks of a sparse file cost nothing. */
const freeMiB = 2048;

async function packDisk(treeTar: string, kernel: GuestKernel | null, diskPath: string): Promise<void> {
  const root = `${diskPath}.d`;
  await mkdir(root, { recursive: true });
  const megabytes = Math.ceil((await stat(treeTar)).size / 2 ** 20) + freeMiB;
  const script = [
    'set -e',
    'tar --extract --file "$1" --directory "$2" --numeric-owner --same-owner --same-permissions',
    'if [ -n "$3" ]; then cp -R "$3/lib/modules" "$2/usr/lib/"; fi',
    'mke2fs -q -F -t ext4 -m 0 -E lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0 -d "$2" "$4" "$5M"',
    'rm -rf "$2"',
  ].join('\n');
  const words = ['sh', '-c', script, 'sh', treeTar, root, kernel?.directory ?? '', diskPath, String(megabytes)];
  // Only the full tree has owners other than root, and only it is given a kernel's modules.
  const [file = 'sh', ...rest] = [...(await asRoot(kernel === null ? 'one' : 'all')), ...words];
  await execa(file, rest, { env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } });
}
