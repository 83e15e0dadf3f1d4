import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { LabError, NotHereError } from '../errors.ts';
import { candidates, unpackPackage, type Candidate } from '../rootfs/apt.ts';
import { hostArchitecture, packagesFor } from '../rootfs/architecture.ts';
import { buildOnce } from '../rootfs/build-once.ts';
import { findCommand } from '../rootfs/host-binary.ts';
import type { BuildOptions } from '../rootfs/recipe.ts';

/** A distribution's kernel, unpacked and not installed. */
export interface GuestKernel {
  /** As uname -r says inside. */
  readonly release: string;
  readonly imagePath: string;
  /** lib/modules/<release> below it, with modules.dep. */
  readonly directory: string;
  readonly digest: string;
}

/**
 * The kernel that the distribution offers for virtual machines, from the cache or fetched by apt (about 30 MB).
 * @throws NotHereError where apt knows none of them.
 */
export async function guestKernel({ cacheRoot, log }: BuildOptions): Promise<GuestKernel> {
  const meta = await offeredKernel(cacheRoot);
  const packageName = meta.depends.find((name) => name.startsWith('linux-image-'));
  if (packageName === undefined) {
    throw new LabError(`Package ${meta.name} depends on no kernel: ${meta.depends.join(', ')}`);
  }
  const digest = createHash('sha256').update(`${packageName} ${meta.version}`).digest('hex').slice(0, 16);
  const directory = join(cacheRoot, 'kernels', digest);
  await buildOnce(directory, async (temporary) => {
    log?.(`fetching the guests' kernel, ${packageName}`);
    await fetchKernel(packageName, cacheRoot, temporary);
  });
  const [release] = await readdir(join(directory, 'lib/modules'));
  if (release === undefined) throw new LabError(`Package ${packageName} holds no kernel modules.`);
  return { release, imagePath: join(directory, 'boot', `vmlinuz-${release}`), directory, digest };
}

async function offeredKernel(cacheRoot: string): Promise<Candidate> {
  const { kernels } = packagesFor(hostArchitecture());
  const offered = await candidates(cacheRoot, kernels);
  // In our order of preference, not in apt's.
  const [best] = kernels.flatMap((name) => offered.filter((candidate) => candidate.name === name));
  if (best === undefined) {
    throw new NotHereError(`apt offers no kernel for guests (${kernels.join(', ')}). Run: apt-get update`);
  }
  return best;
}

async function fetchKernel(packageName: string, cacheRoot: string, into: string): Promise<void> {
  const scratch = `${into}.packages`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  await mkdir(into, { recursive: true });
  try {
    await unpackPackage(packageName, into, scratch);
    // Ubuntu ships most drivers in a package of its own.
    const modules = packageName.replace('linux-image-', 'linux-modules-');
    if ((await candidates(cacheRoot, [modules])).length > 0) await unpackPackage(modules, into, scratch);
    // With /usr merged in the package, or not: one place for both.
    const merged = join(into, 'usr/lib/modules');
    await readdir(merged).then(
      async () => {
        await mkdir(join(into, 'lib'), { recursive: true });
        await rename(merged, join(into, 'lib/modules'));
      },
      () => undefined,
    );
    const [release] = await readdir(join(into, 'lib/modules'));
    if (release === undefined) throw new LabError(`Package ${packageName} holds no kernel modules.`);
    // Ubuntu's kernel file is readable for root alone, and QEMU is not root.
    await chmod(join(into, 'boot', `vmlinuz-${release}`), 0o644);
    await execa((await findCommand('depmod')) ?? 'depmod', ['--basedir', into, release]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
