import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LabError } from './errors.ts';
import { unpackedPackage } from './unpacked-package.ts';

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
  const { name: real, version, directory } = await unpackedPackage(name);
  for (const path of paths.map((pattern) => pattern.replaceAll('{package}', real))) {
    const content = await readFile(join(directory, path)).catch(() => null);
    if (content === null) continue;
    const text = (path.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8');
    return { package: real, version, path, text };
  }
  throw new LabError(`Package ${real} ${version} has none of: ${paths.join(', ')}`);
}
