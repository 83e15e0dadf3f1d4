import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LabError } from '../errors.ts';
import { unpackedPackage } from '../unpacked-package.ts';
import type { RawOptions, RawSystem } from './boot-raw.ts';
import { elf32 } from './elf32.ts';

/** A system that is not Linux, and what its machine must be told beyond the defaults. */
export interface OtherSystem {
  /** For people: name and version of the package that it is from. */
  readonly label: string;
  readonly system: RawSystem;
  readonly options: Pick<RawOptions, 'command' | 'qemuArguments' | 'accelerator'>;
}

/**
 * GNU Mach, the kernel of the GNU system: 32 bits, no Linux. With nothing to start it tells of its machine, and panics.
 * @throws NotHereError where apt does not offer it
 */
export async function gnuMach(): Promise<OtherSystem & { readonly program: Uint8Array }> {
  const { name, version, directory } = await unpackedPackage('gnumach-image-1.8-486');
  const [file] = (await readdir(join(directory, 'boot'))).filter((entry) => entry.endsWith('.gz'));
  if (file === undefined) throw new LabError(`Package ${name} ${version} holds no compressed kernel in /boot.`);
  const kernel = gunzipSync(await readFile(join(directory, 'boot', file)));
  const program = kernel[4] === 2 ? elf32(kernel) : kernel;
  return {
    label: `${name} ${version}`,
    program,
    system: { kernel: program, append: 'console=com0' },
    options: {},
  };
}

/**
 * U-Boot as the firmware of a machine with another instruction set than an x86 host's: arm64. The emulator comes from
 * its package too and is not installed.
 * @param madeFor another one than `arm64` is of no use to the machine
 * @throws NotHereError where apt does not offer them
 */
export async function arm64Firmware(madeFor: 'arm64' | 'x86' = 'arm64'): Promise<OtherSystem> {
  const [firmware, emulator] = [await unpackedPackage('u-boot-qemu'), await unpackedPackage('qemu-system-arm')];
  return {
    label: `${firmware.name} ${firmware.version} for ${madeFor} on ${emulator.name} ${emulator.version}`,
    system: { firmware: join(firmware.directory, 'usr/lib/u-boot', folders[madeFor], 'u-boot.bin') },
    options: {
      command: join(emulator.directory, 'usr/bin/qemu-system-aarch64'),
      // Another instruction set can only be emulated.
      accelerator: 'tcg',
      qemuArguments: ['-M', 'virt', '-cpu', 'cortex-a57'],
    },
  };
}

const folders = { arm64: 'qemu_arm64', x86: 'qemu-x86_64' } as const;
