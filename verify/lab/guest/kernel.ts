import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { LabError, NotHereError } from '../errors.ts';
import { candidateVersion, dependencyOf, unpackPackage } from '../rootfs/apt.ts';
import { hostArchitecture, packagesFor } from '../rootfs/architecture.ts';
import { buildOnce } from '../rootfs/build-once.ts';

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
export async function guestKernel(options: {
  readonly cacheRoot: string;
  readonly log?: (line: string) => void;
}): Promise<GuestKernel> {
  const meta = await offeredKernel();
  const packageName = await dependencyOf(meta.name, 'linux-image-');
  const digest = createHash('sha256').update(`${packageName} ${meta.version}`).digest('hex').slice(0, 16);
  const directory = join(options.cacheRoot, 'kernels', digest);
  await buildOnce(directory, async (temporary) => {
    options.log?.(`fetching the guests' kernel, ${packageName}`);
    await fetchKernel(packageName, temporary);
  });
  const [release] = await readdir(join(directory, 'lib/modules'));
  if (release === undefined) throw new LabError(`Package ${packageName} holds no kernel modules.`);
  return { release, imagePath: join(directory, 'boot', `vmlinuz-${release}`), directory, digest };
}

async function offeredKernel(): Promise<{ readonly name: string; readonly version: string }> {
  const { kernels } = packagesFor(hostArchitecture());
  for (const name of kernels) {
    const version = await candidateVersion(name);
    if (version !== null) return { name, version };
  }
  throw new NotHereError(`apt offers no kernel for guests (${kernels.join(', ')}). Run: apt-get update`);
}

async function fetchKernel(packageName: string, into: string): Promise<void> {
  const scratch = `${into}.packages`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  await mkdir(into, { recursive: true });
  try {
    await unpackPackage(packageName, into, scratch);
    // Ubuntu ships most drivers in a package of its own.
    const modules = packageName.replace('linux-image-', 'linux-modules-');
    if ((await candidateVersion(modules)) !== null) await unpackPackage(modules, into, scratch);
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
    await execa('/sbin/depmod', ['--basedir', into, release]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
