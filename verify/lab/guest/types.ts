import type { Subject } from '../subject.ts';
import type { Qmp } from './qmp.ts';

/** Hardware acceleration of Linux and macOS, or QEMU's own translator, which is emulation. */
export type Accelerator = 'kvm' | 'hvf' | 'tcg';

/** What guests can run under here. `because` names the stage that was reached and what was said there. */
export interface AcceleratorProbe {
  readonly kind: Accelerator | 'none';
  readonly because: string;
}

/**
 * `bare`: kernel and static busybox, all in memory. `minimal`: the container's tree with its tools, on a disk.
 * `full`: a whole Debian or Ubuntu userland with systemd and nginx, on a disk.
 * `engine`: the bare one on a disk, with all of its kernel's modules and a container engine whose cluster runs a service of
 * three replicas, published on port 8080; each answers /who with its name.
 */
export type GuestImage = 'bare' | 'minimal' | 'full' | 'engine';

export type MachineType = 'q35' | 'pc' | 'virt';

export interface GuestDisk {
  readonly path: string;
  readonly format: 'raw' | 'qcow2';
  readonly readOnly?: boolean;
  /** How the guest names it: /dev/disk/by-id/virtio-<serial>. At most 20 characters. */
  readonly serial?: string;
}

/** A persistent tap device that exists already. Root may use any; others one that is theirs (`ip tuntap add ... user`). */
export interface GuestTap {
  readonly device: string;
  /** Name under /run/netns in which the device lives; this process's own where left out. */
  readonly netns?: string;
  /** The guest's address with its prefix, as in "10.77.0.2/24". */
  readonly address: string;
  readonly gateway?: string;
  readonly mac?: string;
}

export interface GuestOptions {
  readonly runId: string;
  readonly image: GuestImage;
  /** One of otherKernels(); default: the distribution's own choice for virtual machines. */
  readonly kernelPackage?: string;
  /** Default `tcg`: pass what probeAccelerator() found. */
  readonly accelerator?: Accelerator;
  readonly machine?: MachineType;
  /** Default 256 for bare, 512 otherwise. */
  readonly memoryMiB?: number;
  /** Default 1. */
  readonly cpus?: number;
  /** Guest TCP ports to reach through this machine's loopback; the guest reaches nothing itself. Not with `tap`. */
  readonly publish?: readonly number[];
  readonly tap?: GuestTap;
  readonly disks?: readonly GuestDisk[];
  /** Added to the kernel's command line. */
  readonly append?: string;
  /** QEMU's -cpu; default `host` with acceleration and `max` without. */
  readonly cpuModel?: string;
  /** More QEMU arguments, at the end. */
  readonly qemuArguments?: readonly string[];
  /** Do not wait for an agent: exec() then refuses, everything else works. */
  readonly withoutAgent?: boolean;
  /** Until the agent answers. Default 60,000 bare, 180,000 otherwise. */
  readonly readyTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Milliseconds since just before QEMU was spawned. Null: has not happened (yet). */
export interface BootTimings {
  /** performance.now() just before the spawn: the zero of the others. */
  readonly spawnedAt: number;
  readonly consoleMs: number | null;
  readonly readyMs: number | null;
}

/** How a VMM ended. */
export interface GuestExit {
  /** `panic`: the kernel said so on its console. `crash`: QEMU itself failed. `killed`: by a signal from outside. */
  readonly kind: 'shutdown' | 'reset' | 'panic' | 'quit' | 'killed' | 'crash';
  /** The sentence for people: QEMU's own reason, exit status, last words. */
  readonly because: string;
  /** performance.now() when the process was gone. */
  readonly at: number;
}

/**
 * A guest whose agent has answered (unless started without). Disposing it ends QEMU and removes its overlay disk.
 * `emulated` is true without hardware acceleration.
 */
export interface RunningGuest extends Subject, AsyncDisposable {
  readonly kind: 'guest';
  /** As QEMU knows it: bare-claims-<run id>-<n>. Not for records. */
  readonly name: string;
  readonly image: GuestImage;
  /** The VMM's process. */
  readonly pid: number;
  readonly accelerator: Accelerator;
  readonly qmp: Qmp;
  readonly timings: BootTimings;
  /** The overlay that holds what the guest wrote; null where it has no disk of its own. */
  readonly overlayPath: string | null;
  /** Host and port on this machine that lead to a published guest port, or to the guest's own address on its tap. */
  address(guestPort: number): { readonly host: string; readonly port: number };
  /** The last lines of the serial console, at most `lines` of them (default 20). */
  console(lines?: number): string;
  /** Resolves when the console has shown a text that matches; rejects with the console's tail. */
  waitForConsole(pattern: RegExp, timeoutMs: number): Promise<void>;
  /** Resolves, and never rejects, when QEMU has ended for whatever reason. */
  readonly exited: Promise<GuestExit>;
  /** Asks the guest's own system to power off and waits for QEMU's end; after `timeoutMs` (20,000) pulls the plug. */
  shutdown(timeoutMs?: number): Promise<GuestExit>;
  /** SIGKILL to the VMM, as a power failure. */
  kill(): Promise<GuestExit>;
}
