import { hostArchitecture } from '../rootfs/architecture.ts';
import { diskArguments, networkAppend, type DiskLayers } from './devices.ts';
import { baseAppend, hardwareArguments, type Hardware } from './hardware.ts';
import type { ImageFiles } from './image.ts';
import type { GuestOptions } from './types.ts';
import type { FileTable } from './vmm.ts';

/** A guest's machine with all that it is plugged into; the same for a boot, for a template and for its restored copies. */
export interface GuestSetup {
  readonly name: string;
  readonly options: Pick<GuestOptions, 'append' | 'disks' | 'tap' | 'qemuArguments'>;
  readonly hardware: Hardware;
  readonly files: ImageFiles;
  /** Layers of the root disk above the image's own, the one that is written to last. None: no disk. */
  readonly rootLayers: readonly string[];
  readonly network: readonly string[];
  /** A file as the guest's memory: shared, so that what is written stays in it, or private to this VMM. */
  readonly memory?: { readonly path: string; readonly shared: boolean };
}

/** QEMU's arguments for a setup. */
export async function setupArguments(setup: GuestSetup, table: FileTable): Promise<readonly string[]> {
  const { files, hardware, options, memory } = setup;
  const disks: DiskLayers[] = [];
  if (files.diskPath !== null) {
    const overlays = setup.rootLayers.map((path) => ({ path, format: 'qcow2' as const }));
    disks.push({ id: 'root', layers: [{ path: files.diskPath, format: 'raw' }, ...overlays] });
  }
  for (const [index, disk] of (options.disks ?? []).entries())
    disks.push({ id: `disk${String(index)}`, layers: [disk] });
  const diskWords: string[] = [];
  for (const disk of disks) diskWords.push(...(await diskArguments(disk, table)));
  return [
    ...hardwareArguments(setup.name, hardware, memory !== undefined),
    ...(memory === undefined ? [] : await memoryArguments(memory, hardware.memoryMiB, table)),
    ...['-kernel', await table.readable(files.kernel.imagePath)],
    ...['-initrd', await table.readable(files.initialPath)],
    ...['-append', commandLine(options, files)],
    ...setup.network,
    ...diskWords,
    ...(options.qemuArguments ?? []),
  ];
}

async function memoryArguments(
  memory: { readonly path: string; readonly shared: boolean },
  memoryMiB: number,
  table: FileTable,
): Promise<readonly string[]> {
  const file = `/dev/fd/${String(await table.descriptor(memory.path, 'r+'))}`;
  const share = memory.shared ? 'on' : 'off';
  return ['-object', `memory-backend-file,id=ram,size=${String(memoryMiB)}M,mem-path=${file},share=${share}`];
}

function commandLine(options: GuestSetup['options'], files: ImageFiles): string {
  const root = files.diskPath === null ? '' : 'lab.root=/dev/vda';
  const parts = [baseAppend(hostArchitecture()), networkAppend(options), root, options.append ?? ''];
  return parts.filter((part) => part !== '').join(' ');
}
