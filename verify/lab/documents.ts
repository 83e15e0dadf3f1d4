import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LabError, NotHereError } from './errors.ts';
import { cacheRoot } from './places.ts';
import { candidates, unpackPackage } from './rootfs/apt.ts';
import { buildOnce } from './rootfs/build-once.ts';

/** A file of a distribution's package, found at run time so that it can be quoted with its version. */
export interface PackagedDocument {
  readonly package: string;
  readonly version: string;
  /** Path inside the package. */
  readonly path: string;
  readonly text: string;
}

/**
 * Reads a document from a package that apt offers, without installing it; the package stays in the cache.
 * @param name the package, or a metapackage (`linux-doc`) that stands for one whose name begins the same
 * @param paths where it may be, the first that exists counts; `*.gz` is unpacked; `{package}` stands for its name
 * @throws NotHereError where apt does not offer the package
 */
export async function packagedDocument(name: string, paths: readonly string[]): Promise<PackagedDocument> {
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
  for (const path of paths.map((pattern) => pattern.replaceAll('{package}', real))) {
    const content = await readFile(join(directory, path)).catch(() => null);
    if (content === null) continue;
    const text = (path.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8');
    return { package: real, version, path, text };
  }
  throw new LabError(`Package ${real} ${version} has none of: ${paths.join(', ')}`);
}

async function realPackage(name: string): Promise<{ name: string; version: string }> {
  const [offered] = await candidates(cacheRoot(), [name]);
  if (offered === undefined) {
    throw new NotHereError(`apt does not offer the package ${name}. On Debian or Ubuntu, run: apt-get update`);
  }
  const behind = offered.depends.find((dependency) => dependency.startsWith(`${name}-`));
  return behind === undefined ? offered : await realPackage(behind);
}
