import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunContext } from './run-context.ts';
import { engineLab, type EngineLab } from './engine-lab.ts';
import { idle } from './idle-lab.ts';
import { boundedCgroup, type BoundedCgroup, type BoundedOptions } from '../lab/cgroup/bounded.ts';
import { attachEngine } from '../lab/engine/attach.ts';
import { startPodman, type SecondEngine } from '../lab/engine/podman.ts';
import { startPrivateEngine, type PrivateEngineOptions } from '../lab/engine/private.ts';
import type { PrivateEngine } from '../lab/engine/types.ts';
import { LabError, NotHereError } from '../lab/errors.ts';
import { bootRaw, type RawOptions } from '../lab/guest/boot-raw.ts';
import { bootDisk, type DiskBoot, type DiskBootOptions } from '../lab/guest/boot-disk.ts';
import { bootSector } from '../lab/guest/boot-sector.ts';
import { makeBootableDisk, type BootableDiskOptions } from '../lab/guest/bootable-disk.ts';
import { guestKernel, otherKernels } from '../lab/guest/kernel.ts';
import { initialFileSystem, sayElf } from '../lab/guest/one-program.ts';
import type { OtherSystem } from '../lab/guest/other-systems.ts';
import { startReceiver, type Receiver } from '../lab/guest/receiver.ts';
import { restoreGuest } from '../lab/guest/restore.ts';
import { startGuest } from '../lab/guest/start.ts';
import type { GuestOptions, RunningGuest } from '../lab/guest/types.ts';
import { hostSubject, type Host } from '../lab/host/subject.ts';
import { createCabled, type Cabled } from '../lab/network/cable.ts';
import { cacheRoot, scratchRoot } from '../lab/places.ts';
import { hostArchitecture } from '../lab/rootfs/architecture.ts';
import { buildTree, type TreeName } from '../lab/rootfs/tree.ts';
import { startMachineManager, type MachineManager } from '../workload/libvirt.ts';
import { stampElf } from '../lab/rootfs/stamp-elf.ts';

export type LabGuestOptions = Omit<GuestOptions, 'runId' | 'accelerator' | 'signal' | 'image'> &
  Partial<Pick<GuestOptions, 'image'>> & {
    /** Without hardware acceleration even where it works. */
    readonly emulated?: true;
  };

export interface OneProgramOptions {
  /** Default true. False: the kernel finds nothing to run. */
  readonly program?: boolean;
  /** QEMU's smallest machine in place of a PC: no PCI bus, no ACPI, no display, no disk, no network card. */
  readonly microvm?: boolean;
}

/** An engine that a check has for itself, with what it makes on it. */
export type OwnEngine = EngineLab & { readonly daemon: PrivateEngine } & AsyncDisposable;

/**
 * What a check is handed. Everything made here is disposable and labelled with the run; what a check forgets is
 * removed when it ends, and what a dead run left at the start of the next.
 */
export interface Lab extends EngineLab, AsyncDisposable {
  /** The machine itself. */
  readonly host: Host;
  /** 16 random hexadecimal digits: for secrets and names that no stale answer can know. */
  token(): string;
  /** Boots a guest (default: minimal) with the best accelerator that works here. */
  guest(options?: LabGuestOptions): Promise<RunningGuest>;
  /** The same from a saved state: ready at once, with boot id and random state as saved. For structural questions. */
  restoredGuest(options?: LabGuestOptions): Promise<RunningGuest>;
  /** A second VMM that waits for a running bare guest, to be given the same options but for its tap device. */
  receiver(options: LabGuestOptions): Promise<Receiver>;
  /** libvirt for itself, as an ordinary user's. Needs root. */
  machineManager(): Promise<MachineManager>;
  /** True where guests run without hardware acceleration: what is measured in them is labelled so. */
  readonly emulated: boolean;
  /** Boots 512 bytes of our own that print the word; returns what came on the console. */
  bootSector(word: string, options?: { readonly signature?: boolean }): Promise<string>;
  /** Boots a distribution's kernel whose whole userland is one program that prints the word (or nothing at all). */
  bootOneProgram(word: string, options?: OneProgramOptions): Promise<string>;
  /**
   * Boots a system that is not Linux, until its console shows the pattern or the time is over; returns what came on the
   * console.
   */
  bootOther(other: OtherSystem, options: Pick<RawOptions, 'memoryMiB' | 'until' | 'deadlineMs'>): Promise<string>;
  /**
   * So many further kernels, each of another release than the one that guests have by default, to be given to them as
   * `kernelPackage`. Nothing is fetched before a guest is. @throws NotHereError where the distribution offers fewer
   */
  otherKernels(count: number): Promise<readonly string[]>;
  /** Makes a raw disk that a PC's firmware boots, and returns its path. Removed with the lab. */
  bootableDisk(options: Omit<BootableDiskOptions, 'scratch'>): Promise<string>;
  /** Boots a machine from such a disk, as it is or converted, and says whether the system on it came up. */
  bootDisk(path: string, options: Omit<DiskBootOptions, 'runId' | 'accelerator'>): Promise<DiskBoot>;
  /** How often the host's kernel log tells of a boot. */
  bootBanners(): Promise<number>;
  /** Makes a tree from the distribution's packages once more, and throws it away. */
  installTree(tree: TreeName): Promise<void>;
  /** An empty folder on a real disk, removed with the lab. Default mode: 0755. */
  scratchDirectory(options?: { readonly mode?: number }): Promise<string>;
  /** Path, on the host, of the static program that reads the monotonic clock first and prints it; images have it as /bin/stamp. */
  stampProgram(): Promise<string>;
  /**
   * A control group of the host, with no container about it: what runs inside is bounded and accounted. It stands for a
   * small host where something may run away. @throws NotHereError without root.
   */
  bounded(options: Omit<BoundedOptions, 'runId'>): Promise<BoundedCgroup>;
  /** Two network namespaces that plain cables join, as two bare machines. @throws NotHereError without root. */
  cabled(cables: number): Promise<Cabled>;
  /** Another maker's engine that answers the API of Docker's. Ends with the lab. */
  secondEngine(): Promise<SecondEngine>;
  /** What Docker's client makes of whatever listens on a socket. */
  engineAt(socketPath: string): EngineLab;
  /** For whatever changes an engine. */
  privateEngine(options?: Omit<PrivateEngineOptions, 'runId'>): Promise<OwnEngine>;
}

/**
 * The lab of one check. Disposing it removes, newest first, whatever the check has not.
 * @param onEngine hears of every engine that the check has of its own
 */
export async function openLab(
  context: RunContext,
  claim: string,
  signal: AbortSignal,
  onEngine: (engine: PrivateEngine) => void,
): Promise<Lab> {
  const stack = new AsyncDisposableStack();
  const lying = context.sabotage === 'idle-workload';
  const emulated = context.host?.accelerator.kind === 'tcg';
  const host = hostSubject({ runId: context.run, signal });
  const scratch = join(scratchRoot(context.run), claim.replace('/', '.'));
  const guestOptions = ({ emulated: withoutHardware, ...options }: LabGuestOptions): GuestOptions => ({
    image: 'minimal',
    ...options,
    runId: context.run,
    accelerator: withoutHardware === true ? 'tcg' : acceleratorOf(context),
    signal,
  });
  const keep = <T extends AsyncDisposable>(thing: T): T => {
    if (!stack.disposed) return stack.use(thing);
    // A check whose time ran out goes on unheard until its process ends: it must leave nothing.
    thing[Symbol.asyncDispose]().then(undefined, () => undefined);
    throw new LabError('The lab of this check is closed: its time ran out.');
  };
  return {
    ...engineLab(() => runEngine(context), keep, lying),
    host: lying ? idle(host) : host,
    token: () => randomBytes(8).toString('hex'),
    guest: async (options = {}) => {
      const guest = keep(await startGuest(guestOptions(options)));
      // What nobody runs commands in works by itself: for a lie its processors are stopped.
      if (lying && options.withoutAgent === true) await guest.qmp.execute('stop');
      return maybeIdle(guest, lying);
    },
    restoredGuest: async (options = {}) => maybeIdle(keep(await restoreGuest(guestOptions(options))), lying),
    receiver: async (options) => {
      const receiver = keep(await startReceiver(guestOptions(options)));
      const take: Receiver['take'] = async (source) => {
        const moved = await receiver.take(source);
        return { ...moved, guest: maybeIdle(keep(moved.guest), lying) };
      };
      return { ...receiver, take };
    },
    machineManager: async () => {
      const manager = keep(await startMachineManager({ runId: context.run, emulated }));
      return lying ? { ...manager, virsh: () => Promise.resolve({ refused: null, stdout: '' }) } : manager;
    },
    emulated,
    bootSector: async (word, options) => {
      // A firmware that finds nothing to start would wait for a key: it is told to start anew, which ends the machine.
      const { console: printed } = await bootRaw(
        { disk: bootSector(lying ? '' : word, options) },
        { ...rawOptions(context, word), qemuArguments: ['-boot', 'reboot-timeout=1'] },
      );
      return printed;
    },
    bootOneProgram: async (word, { program = true, microvm = false } = {}) => {
      const kernel = await guestKernel({ cacheRoot: cacheRoot() });
      const { console: printed } = await bootRaw(
        {
          kernel: kernel.imagePath,
          append: `console=ttyS0 panic=-1 quiet${microvm ? ` reboot=t ${microvmClock}` : ''}`,
          initial: initialFileSystem(program ? sayElf(lying ? '' : word) : null),
        },
        {
          ...rawOptions(context, word),
          memoryMiB: 128,
          deadlineMs: 60_000,
          // The last machine that QEMU is told of is the one that counts.
          ...(microvm ? { qemuArguments: ['-M', 'microvm,acpi=off'] } : {}),
        },
      );
      return printed;
    },
    bootOther: async (other, options) => {
      if (lying) return '';
      const accelerator = acceleratorOf(context);
      const { console: printed } = await bootRaw(other.system, {
        runId: context.run,
        accelerator,
        ...other.options,
        ...options,
      });
      return printed;
    },
    otherKernels: async (count) => {
      const offered = await otherKernels({ cacheRoot: cacheRoot() });
      if (offered.length < count) {
        throw new NotHereError(
          `The distribution offers ${String(offered.length)} further kernels, and ${String(count)} are needed.`,
        );
      }
      return offered.slice(0, count);
    },
    bootableDisk: async (options) => {
      const folder = await mkdtemp(join(await ownFolder(scratch), 'disk-'));
      stack.defer(() => rm(folder, { recursive: true, force: true }));
      // A lab that lies makes a system that does nothing.
      const told = lying ? { ...options, files: { '/sbin/init': '#!/bin/sh\npoweroff -f\n' } } : options;
      const path = join(folder, 'disk.raw');
      await makeBootableDisk(path, { ...told, scratch: folder });
      return path;
    },
    bootDisk: (path, options) =>
      bootDisk(path, { ...options, runId: context.run, accelerator: acceleratorOf(context) }),
    bootBanners: async () => {
      const { stdout } = await host.exec(['dmesg']);
      return stdout.split('\n').filter((line) => /\bLinux version \d/.test(line)).length;
    },
    installTree: async (tree) => {
      const elsewhere = await mkdtemp(join(await ownFolder(scratch), 'tree-'));
      stack.defer(() => rm(elsewhere, { recursive: true, force: true }));
      await buildTree(tree, { cacheRoot: elsewhere });
    },
    scratchDirectory: async ({ mode = 0o755 } = {}) => {
      const directory = await mkdtemp(join(await ownFolder(scratch), 's-'));
      await chmod(directory, mode);
      stack.defer(() => rm(directory, { recursive: true, force: true }));
      return directory;
    },
    stampProgram: async () => {
      const path = join(await ownFolder(scratch), 'stamp');
      await writeFile(path, stampElf(hostArchitecture()), { mode: 0o755 });
      return path;
    },
    bounded: async (options) => {
      const group = keep(await boundedCgroup({ ...options, runId: context.run }));
      return lying ? idle(group) : group;
    },
    cabled: async (cables) => keep(await createCabled(context.run, cables)),
    secondEngine: async () => keep(await startPodman({ runId: context.run })),
    engineAt: (socketPath) => {
      const at = attachEngine({ runId: context.run, socketPath, private: true, netns: null });
      return engineLab(() => at, keep, lying);
    },
    privateEngine: async (options = {}) => {
      const daemon = keep(await startPrivateEngine({ ...options, runId: context.run }));
      onEngine(daemon);
      const inner = new AsyncDisposableStack();
      const own = engineLab(
        () => daemon,
        (thing) => inner.use(thing),
        lying,
      );
      return keep({
        ...own,
        daemon,
        [Symbol.asyncDispose]: async () => {
          await inner.disposeAsync();
          await daemon.stop();
        },
      });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Without the timers of a PC a kernel cannot measure its clock, and on a loaded machine waits for ever: it is told. */
const microvmClock = 'tsc_early_khz=2000000';

function runEngine({ engine, run, missing }: RunContext) {
  if (engine === null) throw new NotHereError(missing.engine ?? 'There is no container engine here.');
  return attachEngine({ runId: run, ...engine });
}

function acceleratorOf({ host, missing }: RunContext): 'kvm' | 'hvf' | 'tcg' {
  const kind = host?.accelerator.kind ?? 'none';
  if (kind === 'none') throw new NotHereError(missing.guest ?? 'No virtual machine can run here.');
  return kind;
}

const maybeIdle = <T extends RunningGuest>(guest: T, lying: boolean): T => (lying ? idle(guest) : guest);

async function ownFolder(path: string): Promise<string> {
  // Others than root must pass through to what is shared with containers below.
  await mkdir(path, { recursive: true, mode: 0o711 });
  return path;
}

function rawOptions(context: RunContext, word: string): RawOptions {
  return { runId: context.run, accelerator: acceleratorOf(context), until: new RegExp(word) };
}
