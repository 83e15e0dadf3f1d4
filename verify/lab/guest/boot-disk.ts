import { LabError } from '../errors.ts';
import { sandboxArguments } from './hardware.ts';
import { publishedPorts } from './devices.ts';
import { guestName, qemuCommand } from './start.ts';
import type { Accelerator } from './types.ts';
import { launchVmm, type FileTable } from './vmm.ts';

/** Formats of disk files that monitors of several makers use; each is QEMU's own name of it. */
export type DiskFormat = 'raw' | 'qcow2' | 'vmdk' | 'vdi' | 'vhdx';

/** What the disk is plugged into. `ide` is the board's own controller: PIIX on `pc`, AHCI on `q35`. */
export type DiskController = keyof typeof controllers;

const disk = 'drive=root';
const controllers = {
  virtio: [`virtio-blk-pci,${disk}`],
  'virtio-scsi': ['virtio-scsi-pci', `scsi-hd,${disk}`],
  ide: [`ide-hd,${disk}`],
  nvme: [`nvme,serial=root,${disk}`],
  pvscsi: ['pvscsi', `scsi-hd,${disk}`],
  lsi: ['lsi53c895a', `scsi-hd,${disk}`],
  usb: ['qemu-xhci', `usb-storage,${disk}`],
} as const;

export interface DiskBootOptions {
  readonly runId: string;
  readonly accelerator: Accelerator;
  readonly machine: 'pc' | 'q35';
  readonly controller: DiskController;
  /** What the machine takes the file for. */
  readonly format: DiskFormat;
  /** What the console shows once the system is up. */
  readonly until: RegExp;
  /** Default 180,000: a busy machine emulates slowly. */
  readonly deadlineMs?: number;
  /** A TCP port of the guest to be reached on this machine's loopback; the guest reaches nothing itself. */
  readonly publish?: number;
  /** Called when the console has shown what it should, with the port; the machine is ended afterwards. */
  readonly whenUp?: (port: number | null) => Promise<void>;
}

export interface DiskBoot {
  /** Null: neither came up nor ended within the deadline. */
  readonly cameUp: boolean | null;
  /** For people: the line that was waited for, or what was said instead. */
  readonly saw: string;
}

/**
 * Boots a machine from a disk by its firmware, and says whether the system on it came up. Several may boot from one file at
 * once if nothing on it is written.
 */
export async function bootDisk(path: string, options: DiskBootOptions): Promise<DiskBoot> {
  const command = await qemuCommand();
  const { until, deadlineMs = 180_000, accelerator } = options;
  try {
    const vmm = await launchVmm({
      command,
      accelerator,
      arguments: (table) => diskBootArguments(path, options, table),
    });
    try {
      const ended = await Promise.race([
        vmm.exited.then(({ because }) => ({ cameUp: false, saw: lastWord(vmm.console.text(), because) })),
        vmm.console.waitFor(until, deadlineMs).then(
          () => null,
          () => vmm.exited.then(({ because }) => ({ cameUp: false, saw: lastWord(vmm.console.text(), because) })),
        ),
        late(deadlineMs + 1_000),
      ]);
      if (ended !== null) return ended;
      const usernet =
        options.publish === undefined
          ? ''
          : await vmm.qmp.execute('human-monitor-command', { 'command-line': 'info usernet' });
      await options.whenUp?.(publishedPorts(String(usernet)).get(options.publish ?? 0) ?? null);
      return { cameUp: true, saw: until.exec(vmm.console.text())?.[0] ?? '' };
    } finally {
      vmm.kill('SIGKILL');
      await vmm.exited;
    }
  } catch (error) {
    // A file that is not of this format is refused before the machine starts.
    if (error instanceof LabError && error.message.startsWith('QEMU did not start')) {
      return { cameUp: false, saw: refusal(error.message) };
    }
    throw error;
  }
}

async function diskBootArguments(path: string, options: DiskBootOptions, table: FileTable): Promise<readonly string[]> {
  const { machine, accelerator, controller, format, publish } = options;
  // No locks: see above. Written to be, all the same, for an IDE disk cannot be read-only.
  const file = { driver: 'file', filename: await table.block(path, 'r+'), 'node-name': 'file', locking: 'off' };
  const forward = publish === undefined ? '' : `,hostfwd=tcp:127.0.0.1:0-:${String(publish)}`;
  return [
    ...[
      '-name',
      guestName(options.runId),
      '-M',
      machine,
      '-accel',
      accelerator === 'tcg' ? 'tcg,tb-size=64' : accelerator,
    ],
    ...[
      '-cpu',
      accelerator === 'tcg' ? 'max' : 'host',
      '-m',
      '256',
      '-nodefaults',
      '-no-user-config',
      '-display',
      'none',
    ],
    ...['-no-reboot', '-serial', 'stdio', ...sandboxArguments()],
    ...[
      '-blockdev',
      JSON.stringify(file),
      '-blockdev',
      JSON.stringify({ driver: format, file: 'file', 'node-name': 'root' }),
    ],
    ...controllers[controller].flatMap((device) => ['-device', device]),
    ...(publish === undefined
      ? []
      : ['-netdev', `user,id=net,restrict=on${forward}`, '-device', 'virtio-net-pci,netdev=net,romfile=']),
  ];
}

function late(milliseconds: number): Promise<DiskBoot> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds, {
      cameUp: null,
      saw: `It had neither come up nor ended after ${String(Math.round(milliseconds / 1000))} s.`,
    }).unref();
  });
}

/** The system's own last word, which says more than how its machine ended. */
function lastWord(console: string, because: string): string {
  return /^lab: (?!the kernel has started).*$/m.exec(console)?.[0] ?? because;
}

/** What QEMU says of the file, without the option that it quotes. */
function refusal(message: string): string {
  return `refused: ${message.split('\n')[0]?.split(': ').slice(-1)[0] ?? message}`;
}
