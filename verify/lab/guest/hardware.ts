import type { Architecture } from '../rootfs/architecture.ts';
import type { Accelerator, GuestOptions, MachineType } from './types.ts';

/** The virtual machine's parts. Both ends of a snapshot must agree in all of it, or the state of one does not fit. */
export interface Hardware {
  readonly architecture: Architecture;
  readonly accelerator: Accelerator;
  readonly machine: MachineType;
  readonly cpuModel: string;
  readonly memoryMiB: number;
  readonly cpus: number;
}

/** The options with every default filled in that the virtual hardware depends on. */
export function hardwareOf(options: GuestOptions, architecture: Architecture): Hardware {
  const accelerator = options.accelerator ?? 'tcg';
  return {
    architecture,
    accelerator,
    machine: options.machine ?? (architecture === 'arm64' ? 'virt' : 'q35'),
    cpuModel: options.cpuModel ?? (accelerator === 'tcg' ? 'max' : 'host'),
    memoryMiB: options.memoryMiB ?? (options.image === 'bare' ? 256 : 512),
    cpus: options.cpus ?? 1,
  };
}

/** Translated code that an emulated guest may keep, in MiB. QEMU's own default is up to 1 GiB. */
const translationCacheMiB = 64;

/** QEMU arguments for the machine itself: no disk, no network, nothing to boot. Descriptor 4 is the agent's line. */
export function hardwareArguments(name: string, hardware: Hardware, memoryIsFile = false): readonly string[] {
  const { accelerator, machine, cpuModel, memoryMiB, cpus } = hardware;
  return [
    ...[
      '-name',
      name,
      '-M',
      memoryIsFile ? `${machine},memory-backend=ram` : machine,
      '-cpu',
      cpuModel,
      '-m',
      String(memoryMiB),
      '-smp',
      String(cpus),
    ],
    ...['-accel', accelerator === 'tcg' ? `tcg,tb-size=${String(translationCacheMiB)}` : accelerator],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio'],
    ...['-device', 'virtio-serial-pci', '-chardev', 'socket,id=agent,fd=4'],
    ...['-device', 'virtserialport,chardev=agent,name=lab.cmd', '-device', 'virtio-rng-pci'],
    ...['-device', 'virtio-balloon-pci,free-page-reporting=on', '-device', 'pvpanic-pci'],
    ...sandboxArguments(),
  ];
}

/** QEMU's own filter of system calls (seccomp): no new programs, no other user, no priorities. Linux only. */
export function sandboxArguments(): readonly string[] {
  if (process.platform !== 'linux') return [];
  return ['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'];
}

/**
 * Kernel command line that every guest of ours has: a silent boot without the kernel's tests of its own cryptography
 * (cryptomgr.notests in kernel-parameters.txt), and a panic that ends the VMM.
 */
export function baseAppend(architecture: Architecture): string {
  const serial = architecture === 'arm64' ? 'ttyAMA0' : 'ttyS0';
  // Linux's own test of the timer wants ticks in real time, which an emulator on a busy machine may miss: then it panics.
  const reboot = architecture === 'arm64' ? '' : ' reboot=t no_timer_check';
  return `console=${serial} quiet${reboot} cryptomgr.notests panic=-1`;
}
