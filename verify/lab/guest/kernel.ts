import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { LabError, NotHereError } from '../errors.ts';
import { rememberedAnswer } from '../rootfs/apt-answers.ts';
import { candidates, unpackPackage } from '../rootfs/apt.ts';
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
 * A kernel that the distribution offers, from the cache or fetched by apt (30 to 100 MB).
 * @param packageName one of otherKernels(); default: the distribution's own choice for virtual machines
 * @throws NotHereError where apt knows none of them.
 */
export async function guestKernel(options: BuildOptions, packageName?: string): Promise<GuestKernel> {
  const { cacheRoot } = options;
  return unpackedKernel(
    packageName === undefined ? await ownChoice(cacheRoot) : await offered(cacheRoot, packageName),
    options,
  );
}

/**
 * Packages of further kernels that the distribution offers for this machine: another release each, and none the release
 * that guests have by default. Those made for virtual machines come first, for they are small; then the newest. Nothing is
 * fetched.
 */
export async function otherKernels({ cacheRoot }: BuildOptions): Promise<readonly string[]> {
  const own = await ownChoice(cacheRoot);
  const names = await rememberedAnswer(cacheRoot, 'pkgnames linux-image-', async () => {
    return (await execa('apt-cache', ['pkgnames', 'linux-image-'])).stdout;
  });
  return names
    .split('\n')
    .filter((name) => kernelName.test(name) && name !== own.name)
    .sort((a, b) => Number(isSmall.test(b)) - Number(isSmall.test(a)) || b.localeCompare(a, 'en', { numeric: true }));
}

/** A release's number and a flavour: neither a metapackage, nor an unsigned or a debugging one. */
const kernelName = /^linux-image-\d[\d.+~-]*[\w.+~-]*?-(?:(?:rt-|cloud-)?(?:amd64|arm64)|generic|lowlatency|kvm)$/;

const isSmall = /-(cloud-\w+|kvm)$/;

interface OfferedKernel {
  readonly name: string;
  readonly version: string;
}

async function unpackedKernel(
  { name: packageName, version }: OfferedKernel,
  { cacheRoot, log }: BuildOptions,
): Promise<GuestKernel> {
  const digest = createHash('sha256').update(`${packageName} ${version}`).digest('hex').slice(0, 16);
  const directory = join(cacheRoot, 'kernels', digest);
  await buildOnce(directory, async (temporary) => {
    log?.(`fetching the guests' kernel, ${packageName}`);
    await fetchKernel(packageName, cacheRoot, temporary);
  });
  const [release] = await readdir(join(directory, 'lib/modules'));
  if (release === undefined) throw new LabError(`Package ${packageName} holds no kernel modules.`);
  return { release, imagePath: join(directory, 'boot', `vmlinuz-${release}`), directory, digest };
}

async function ownChoice(cacheRoot: string): Promise<OfferedKernel> {
  const { kernels } = packagesFor(hostArchitecture());
  const known = await candidates(cacheRoot, kernels);
  // In our order of preference, not in apt's.
  const [meta] = kernels.flatMap((name) => known.filter((candidate) => candidate.name === name));
  if (meta === undefined) {
    throw new NotHereError(`apt offers no kernel for guests (${kernels.join(', ')}). Run: apt-get update`);
  }
  const name = meta.depends.find((dependency) => dependency.startsWith('linux-image-'));
  if (name === undefined) throw new LabError(`Package ${meta.name} depends on no kernel: ${meta.depends.join(', ')}`);
  return { name, version: meta.version };
}

async function offered(cacheRoot: string, packageName: string): Promise<OfferedKernel> {
  const [known] = await candidates(cacheRoot, [packageName]);
  if (known === undefined) throw new NotHereError(`apt does not offer the kernel ${packageName}. Run: apt-get update`);
  return known;
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
