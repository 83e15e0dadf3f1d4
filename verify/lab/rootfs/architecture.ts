import { arch } from 'node:process';
import { NotHereError } from '../errors.ts';

/** Instruction sets for which there is a recipe. */
export type Architecture = 'x86-64' | 'arm64';

/** @throws NotHereError on any other machine. */
export function hostArchitecture(): Architecture {
  if (arch === 'x64') return 'x86-64';
  if (arch === 'arm64') return 'arm64';
  throw new NotHereError(`There is no recipe for a machine of type ${arch}: x86-64 and arm64 are known.`);
}

export interface ArchitecturePackages {
  /** dpkg's own name of the architecture. */
  readonly dpkg: 'amd64' | 'arm64';
  /** Names of a kernel for guests, the preferred one first: Debian's, then Ubuntu's. */
  readonly kernels: readonly string[];
  readonly qemu: string;
  readonly qemuCommand: string;
}

const packages: Readonly<Record<Architecture, ArchitecturePackages>> = {
  'x86-64': {
    dpkg: 'amd64',
    kernels: ['linux-image-cloud-amd64', 'linux-image-virtual', 'linux-image-generic'],
    qemu: 'qemu-system-x86',
    qemuCommand: 'qemu-system-x86_64',
  },
  arm64: {
    dpkg: 'arm64',
    kernels: ['linux-image-cloud-arm64', 'linux-image-virtual', 'linux-image-generic'],
    qemu: 'qemu-system-arm',
    qemuCommand: 'qemu-system-aarch64',
  },
};

/** How packages and commands are called for an instruction set. */
export function packagesFor(architecture: Architecture): ArchitecturePackages {
  return packages[architecture];
}
