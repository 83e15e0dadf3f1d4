import type { Distribution } from '../distribution.ts';
import type { Part } from '../parts.ts';

/** All that a diagnosis is made from; collected once, so that the diagnosis itself can be tried on any machine. */
export interface Machine {
  /** As Node names them: `linux`, `darwin`, `win32`; `x64`, `arm64`. */
  readonly platform: string;
  readonly architecture: string;
  readonly distribution: Distribution;
  readonly nodeVersion: string;
  /** `free`: sudo without a password; `asks`: sudo is there and would ask. */
  readonly root: 'root' | 'free' | 'asks' | 'none';
  readonly inContainer: boolean;
  readonly wsl: boolean;
  readonly engine: {
    readonly found: FoundEngine | null;
    /** Addresses that were tried, a sentence each. */
    readonly failed: readonly string[];
  };
  /** Parts of which programs are missing. */
  readonly missing: readonly Part[];
  /** Apt has fetched its lists; true where there is no apt. */
  readonly aptLists: boolean;
  readonly kvm: 'opens' | 'denied' | 'absent';
  /** What a real boot found out; null where none was tried. */
  readonly acceleration: { readonly usable: boolean; readonly because: string } | null;
  readonly lsms: readonly string[];
  readonly availableMemoryBytes: number;
  /** Where images, trees and disks are kept. */
  readonly freeDiskBytes: number;
  /** A policy-rc.d of ours that a killed installation left. */
  readonly leftPolicy: boolean;
}

export interface FoundEngine {
  /** "Docker Engine 27.1 (the default socket)" */
  readonly description: string;
  readonly rootless: boolean;
  /** Why this machine is not the containers' host; null where it is. */
  readonly notLocal: string | null;
}

/** True where the run that the user would start is root's: as it is, or through sudo. */
export const becomesRoot = ({ root }: Machine): boolean => root !== 'none';
