import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NotHereError } from './errors.ts';
import { prepared } from './meter.ts';
import { cacheRoot } from './places.ts';
import { candidates, unpackPackage } from './rootfs/apt.ts';
import { buildOnce } from './rootfs/build-once.ts';

/** The files of a distribution's package, in a folder of the cache; nothing is installed. */
export interface UnpackedPackage {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
}

/**
 * Fetches and unpacks a package that apt offers, once per version.
 * @param name the package, or a metapackage (`linux-doc`) that stands for one whose name begins the same
 * @throws NotHereError where apt does not offer it
 */
export function unpackedPackage(name: string): Promise<UnpackedPackage> {
  return prepared(unpacked(name));
}

async function unpacked(name: string): Promise<UnpackedPackage> {
  const { name: real, version } = await realPackage(name);
  const digest = createHash('sha256').update(`${real} ${version}`).digest('hex').slice(0, 16);
  const directory = join(cacheRoot(), 'documents', `${real}-${digest}`);
  await buildOnce(directory, async (temporary) => {
    const scratch = `${temporary}.packages`;
    await mkdir(scratch, { recursive: true });
    await mkdir(temporary, { recursive: true });
    try {
      await unpackPackage(real, temporary, scratch);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
  return { name: real, version, directory };
}

async function realPackage(name: string): Promise<{ name: string; version: string }> {
  const [offered] = await candidates(cacheRoot(), [name]);
  if (offered === undefined) {
    throw new NotHereError(`apt does not offer the package ${name}. On Debian or Ubuntu, run: apt-get update`);
  }
  const behind = offered.depends.find((dependency) => dependency.startsWith(`${name}-`));
  return behind === undefined ? offered : await realPackage(behind);
}
