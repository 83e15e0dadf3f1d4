import { constants } from 'node:fs';
import { access, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { NotHereError } from '../errors.ts';
import { hostArchitecture } from '../rootfs/architecture.ts';
import { openChannel } from './channel.ts';
import { baseAppend, hardwareArguments, hardwareOf } from './hardware.ts';
import { imageFiles, type ImageFiles } from './image.ts';
import { guestName, qemuCommand } from './start.ts';
import type { Accelerator, AcceleratorProbe } from './types.ts';
import { launchVmm } from './vmm.ts';

export interface ProbeOptions {
  readonly cacheRoot: string;
  readonly runId: string;
  /** Probe again even if this machine was probed since it booted, less than a day ago, with this QEMU. */
  readonly fresh?: boolean;
  readonly log?: (line: string) => void;
}

/** Time in which an accelerated guest must reach its init; it takes well under a second where acceleration works. */
const deadlineMs = 8_000;
const validMs = 24 * 3600_000;

const cachedSchema = z.object({
  key: z.string(),
  at: z.number(),
  probe: z.object({ kind: z.enum(['kvm', 'hvf', 'tcg', 'none']), because: z.string() }),
});

/**
 * Which accelerator guests can use. "Usable" means that a real guest reached its init under it before the deadline: a
 * device that opens, a monitor that says "enabled", even a boot sector that prints prove nothing (all three were seen
 * with a guest that then hung). Never throws for what the machine lacks: `kind` is then `none`.
 */
export async function probeAccelerator(options: ProbeOptions): Promise<AcceleratorProbe> {
  try {
    const command = await qemuCommand();
    const file = join(options.cacheRoot, 'accelerator.json');
    const key = await machineKey(command);
    const known = options.fresh === true ? null : await readCached(file, key);
    if (known !== null) return known;
    const probe = await probeNow(options, command);
    await keep(file, JSON.stringify({ key, at: Date.now(), probe }));
    return probe;
  } catch (error) {
    if (error instanceof NotHereError) return { kind: 'none', because: error.message };
    throw error;
  }
}

/** In a cache that is somebody else's nothing can be kept: the next probe looks again. */
async function keep(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

async function probeNow(options: ProbeOptions, command: string): Promise<AcceleratorProbe> {
  const hardware: Accelerator = process.platform === 'darwin' ? 'hvf' : 'kvm';
  // Before either is tried: what keeps the files from being made says nothing of an accelerator.
  const files = await imageFiles('bare', options);
  // Side by side, so that a guest that hangs costs its deadline and nothing more.
  const accelerationWorks = new AbortController();
  const emulation = tryAccelerator('tcg', options, files, command, accelerationWorks.signal);
  const accelerated = await tryAccelerator(hardware, options, files, command);
  if (accelerated.works) accelerationWorks.abort();
  const emulated = await emulation;
  if (accelerated.works) return { kind: hardware, because: accelerated.because };
  return {
    kind: emulated.works ? 'tcg' : 'none',
    because: emulated.works ? accelerated.because : `${accelerated.because}; ${emulated.because}`,
  };
}

interface Tried {
  readonly works: boolean;
  readonly because: string;
}

async function tryAccelerator(
  accelerator: Accelerator,
  options: ProbeOptions,
  files: ImageFiles,
  command: string,
  signal?: AbortSignal,
): Promise<Tried> {
  const refusal = accelerator === 'kvm' ? await kvmRefusal() : null;
  if (refusal !== null) return { works: false, because: refusal };
  const architecture = hostArchitecture();
  const hardware = hardwareOf({ runId: options.runId, image: 'bare', accelerator }, architecture);
  const flag = `-accel ${accelerator} -cpu ${hardware.cpuModel}`;
  try {
    const vmm = await launchVmm({
      command,
      accelerator,
      arguments: async (table) => [
        ...hardwareArguments(guestName(options.runId), hardware),
        ...[
          '-kernel',
          await table.readable(files.kernel.imagePath),
          '-initrd',
          await table.readable(files.initialPath),
        ],
        ...['-append', baseAppend(architecture)],
      ],
    });
    let timer: NodeJS.Timeout | undefined;
    // Emulation is not on trial for its speed: it only has to get there.
    const limitMs = accelerator === 'tcg' ? 60_000 : deadlineMs;
    const outcome = await Promise.race([
      openChannel(vmm.agentLine).ready.then((at) => ({ works: true, because: reached(flag, at - vmm.spawnedAt) })),
      vmm.exited.then(({ because }) => ({ works: false, because: `a guest with ${flag} ended: ${because}` })),
      new Promise<Tried>((resolve) => {
        const because = `a guest with ${flag} hung: it did not reach its init within ${String(limitMs / 1000)} s`;
        timer = setTimeout(resolve, limitMs, { works: false, because });
        signal?.addEventListener('abort', () => {
          resolve({ works: false, because: 'called off' });
        });
      }),
    ]);
    clearTimeout(timer);
    vmm.kill('SIGKILL');
    await vmm.exited;
    return outcome;
  } catch (error) {
    return { works: false, because: `with ${flag}: ${oneLine(error)}` };
  }
}

function reached(flag: string, ms: number): string {
  return `a guest with ${flag} reached its init in ${(ms / 1000).toFixed(1)} s`;
}

/** Why /dev/kvm cannot be opened for reading and writing, or null. */
async function kvmRefusal(): Promise<string | null> {
  if (process.platform !== 'linux') return 'KVM is there on Linux only';
  try {
    await (await open('/dev/kvm', 'r+')).close();
    return null;
  } catch (error) {
    const there = await access('/dev/kvm', constants.F_OK).then(
      () => true,
      () => false,
    );
    if (!there) return 'there is no /dev/kvm: no hardware virtualization, or not offered to this machine';
    return `/dev/kvm cannot be opened for reading and writing (${oneLine(error)}); joining the group kvm usually helps`;
  }
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').slice(0, 400);
}

/** The same boot of the same machine with the same QEMU: what was found then still holds. */
async function machineKey(command: string): Promise<string> {
  const { stdout } = await execa(command, ['--version']);
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => process.platform);
  const kvm = await kvmRefusal();
  return [boot.trim(), stdout.split('\n')[0], kvm ?? 'opens', String(process.getuid?.())].join('|');
}

async function readCached(file: string, key: string): Promise<AcceleratorProbe | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const cached = cachedSchema.safeParse(JSON.parse(text));
  if (!cached.success || cached.data.key !== key || Date.now() - cached.data.at > validMs) return null;
  return cached.data.probe;
}
