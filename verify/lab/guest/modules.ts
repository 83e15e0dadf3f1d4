import { execa } from 'execa';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { GuestKernel } from './kernel.ts';

/** Drivers that a guest needs before it has a disk; those that are built into the kernel are skipped. */
export const bootModules: readonly string[] = [
  ...['virtio_pci', 'virtio_mmio', 'virtio_console', 'virtio_net', 'virtio_blk', 'virtio_balloon', 'virtio_rng'],
  ...['ext4', 'pvpanic_pci'],
];

/**
 * Paths below lib/modules/<release>, each after all that it depends on.
 * @param dependencies Text of modules.dep: "path/a.ko: path/b.ko path/c.ko", each line complete (depmod(8)).
 */
export function loadOrder(dependencies: string, wanted: readonly string[]): readonly string[] {
  const direct = new Map<string, readonly string[]>();
  const byName = new Map<string, string>();
  for (const line of dependencies.split('\n')) {
    const [path, needs] = line.split(':');
    if (path === undefined || path === '') continue;
    direct.set(path, (needs ?? '').split(' ').filter(Boolean));
    byName.set(moduleName(path), path);
  }
  const order: string[] = [];
  const visit = (path: string): void => {
    if (order.includes(path)) return;
    for (const need of direct.get(path) ?? []) visit(need);
    if (!order.includes(path)) order.push(path);
  };
  for (const name of wanted) {
    const path = byName.get(name.replaceAll('-', '_'));
    if (path !== undefined) visit(path);
  }
  return order;
}

/** The kernel treats - and _ in names alike, and files may be compressed. */
function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');
}

/** Copies modules, uncompressed, with what they depend on and their order to lib/lab/modules of an initial file system. */
export async function layModules(kernel: GuestKernel, root: string, wanted = bootModules): Promise<void> {
  const from = join(kernel.directory, 'lib/modules', kernel.release);
  const order = loadOrder(await readFile(join(from, 'modules.dep'), 'utf8'), wanted);
  const target = join(root, 'lib/lab/modules');
  await mkdir(target, { recursive: true });
  for (const path of order) {
    await writeFile(join(target, `${moduleName(path)}.ko`), await uncompressed(join(from, path)));
  }
  await writeFile(join(target, 'order'), order.map((path) => `${moduleName(path)}.ko\n`).join(''));
}

async function uncompressed(path: string): Promise<Uint8Array> {
  const tool = { '.xz': 'xz', '.zst': 'zstd', '.gz': 'gzip' }[/\.\w+$/.exec(path)?.[0] ?? ''];
  if (tool === undefined) return readFile(path);
  return (await execa(tool, ['--decompress', '--stdout', path], { encoding: 'buffer' })).stdout;
}
