import { createHash } from 'node:crypto';
import { mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import { execa } from 'execa';
import { LabError } from '../errors.ts';
import { cacheRoot } from '../places.ts';
import { buildOnce } from '../rootfs/build-once.ts';
import { setupArguments } from './boot.ts';
import { openChannel } from './channel.ts';
import type { Hardware } from './hardware.ts';
import type { ImageFiles } from './image.ts';
import { createOverlay } from './overlay.ts';
import { awaitReady } from './ready.ts';
import { guestName } from './start.ts';
import type { GuestOptions } from './types.ts';
import { giveToVmm, vmmFolder } from './vmm-folder.ts';
import { launchVmm, type Vmm } from './vmm.ts';

/** A guest that was booted once, halted after its agent was ready, and written down. */
export interface Template {
  /** Memory as the guest left it; copies map it privately, so that untouched pages exist once for all of them. */
  readonly memoryPath: string;
  /** State of processor and devices, without memory. */
  readonly statePath: string;
  /** What the guest had written to its root disk; null where it has none. */
  readonly overlayPath: string | null;
}

/** Raised when templates are made otherwise than before. */
const recipe = 3;

/** A network card that is plugged into nothing: its state fits whatever a restored copy is plugged into. */
const unplugged = ['-netdev', 'hubport,id=net,hubid=0', '-device', 'virtio-net-pci,netdev=net,romfile='];

/** The template from the cache, or made by a boot. It holds for one QEMU, one image, one hardware and command line. */
export async function guestTemplate(
  command: string,
  options: GuestOptions,
  hardware: Hardware,
  files: ImageFiles,
): Promise<Template> {
  const { stdout: version } = await execa(command, ['--version']);
  const processor =
    hardware.cpuModel === 'host'
      ? /^model name.*$/m.exec(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''))?.[0]
      : '';
  const identity = [recipe, version, hardware, processor, files.digest, options.append, options.qemuArguments];
  const digest = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
  const directory = join(cacheRoot(), 'templates', `${options.image}-${digest}`);
  await buildOnce(directory, async (temporary) => {
    await mkdir(temporary, { recursive: true });
    await makeTemplate(command, options, hardware, files, inDirectory(temporary, files));
  });
  return inDirectory(directory, files);
}

function inDirectory(directory: string, files: ImageFiles): Template {
  return {
    memoryPath: join(directory, 'memory'),
    statePath: join(directory, 'state'),
    overlayPath: files.diskPath === null ? null : join(directory, 'root.qcow2'),
  };
}

async function makeTemplate(
  command: string,
  options: GuestOptions,
  hardware: Hardware,
  files: ImageFiles,
  template: Template,
): Promise<void> {
  await writeFile(template.memoryPath, '');
  await truncate(template.memoryPath, hardware.memoryMiB * 2 ** 20);
  await giveToVmm(template.memoryPath);
  if (files.diskPath !== null && template.overlayPath !== null) {
    await createOverlay(files.diskPath, 'raw', template.overlayPath);
  }
  const { append, qemuArguments } = options;
  const setup = {
    name: guestName(options.runId),
    options: { ...(append === undefined ? {} : { append }), ...(qemuArguments === undefined ? {} : { qemuArguments }) },
    hardware,
    files,
    rootLayers: template.overlayPath === null ? [] : [template.overlayPath],
    network: unplugged,
    memory: { path: template.memoryPath, shared: true },
  };
  const vmm = await launchVmm({
    command,
    accelerator: hardware.accelerator,
    arguments: (table) => setupArguments(setup, table),
  });
  try {
    const channel = openChannel(vmm.agentLine);
    await awaitReady(options, vmm, channel.ready);
    // The kernel draws its boot_id when it is first asked: so that copies share it always, and not by chance.
    await channel.run('cat /proc/sys/kernel/random/boot_id', '', stateTimeoutMs);
    await vmm.qmp.execute('stop');
    await writeState(vmm, template.statePath);
    await vmm.qmp.execute('quit');
  } finally {
    vmm.kill('SIGTERM');
    await vmm.exited;
  }
}

/** Memory lies in a shared file already: only the rest needs to be written down. */
export const ignoreShared = {
  capabilities: [
    { capability: 'x-ignore-shared', state: true },
    { capability: 'events', state: true },
  ],
};

/** The longest that writing or reading a state may take; it is a few MiB. */
const stateTimeoutMs = 60_000;

/**
 * QEMU sends its state to a socket of ours, because it may open no file of ours and its filter lets it start no program.
 */
async function writeState(vmm: Vmm, path: string): Promise<void> {
  await using folder = await vmmFolder();
  const server = createServer();
  try {
    const socket = join(folder.path, 'state');
    server.listen(socket);
    await once(server, 'listening');
    await giveToVmm(socket);
    const written = once(server, 'connection').then(([connection]: NodeJS.ReadableStream[]) => {
      if (connection === undefined) throw new LabError('QEMU opened no connection for its state.');
      return pipeline(connection, createWriteStream(path));
    });
    await vmm.qmp.execute('migrate-set-capabilities', ignoreShared);
    await vmm.qmp.execute('migrate', { uri: `unix:${socket}` });
    await migrated(vmm);
    await written;
    const file = await open(path);
    const { size } = await file.stat();
    await file.close();
    if (size === 0) throw new LabError('QEMU wrote an empty state.');
  } finally {
    server.close();
  }
}

/**
 * Waits until QEMU says that a migration, in or out, is over; rejects where it failed.
 * @param since performance.now(): those before it are others
 */
export async function migrated(vmm: Pick<Vmm, 'qmp'>, since = 0): Promise<void> {
  const over = ['completed', 'failed'];
  const { data } = await vmm.qmp.waitFor(
    ({ event, data: told, at }) => event === 'MIGRATION' && at >= since && over.includes(String(told['status'])),
    'the end of the migration',
    stateTimeoutMs,
  );
  if (data['status'] === 'failed') throw new LabError('QEMU could not move the state of a guest.');
}
