import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readAttestations, type Attestation } from '../../../verify/record/attestation.ts';

const byFolder = new Map<string, Promise<readonly Attestation[]>>();

/** The attestations that name a record by its content, as JSON, one a line; verified by whoever reads them. */
export async function attestationsOf(file: string): Promise<readonly string[]> {
  const folder = dirname(file);
  const all = byFolder.get(folder) ?? readAttestations(folder);
  byFolder.set(folder, all);
  if ((await all).length === 0) return [];
  const digest = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return (await all)
    .filter(({ statement }) => statement.subject.some((subject) => subject.digest['sha256'] === digest))
    .map(({ bundle }) => JSON.stringify(bundle));
}
