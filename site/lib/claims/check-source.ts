import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { claimsFolder } from '../places.ts';

export interface CheckSource {
  readonly path: string;
  readonly text: string;
  /** sha256, as records keep it: tells whether a verdict was found by this very check. */
  readonly digest: string;
}

/** The experiment of a claim as it is in the project; none for a claim that has no check yet. */
export async function checkSource(id: string, folder: string = claimsFolder()): Promise<CheckSource | undefined> {
  const path = `claims/${id}.check.ts`;
  try {
    const text = await readFile(join(folder, `${id}.check.ts`), 'utf8');
    return { path, text, digest: createHash('sha256').update(text).digest('hex') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
