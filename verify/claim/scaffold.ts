import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { claimIdSchema } from './claim.ts';
import { UsageError } from './errors.ts';
import { loadLedger, plannedClaims, sourcesOf } from './ledger.ts';
import { displayPath } from './problem.ts';
import { checkSkeleton, claimSkeleton } from './scaffold-text.ts';
import { nearest } from './suggest.ts';

/**
 * @returns the claim file and the check file
 * @throws UsageError where the id is none, is not in the articles' ledgers or is written already
 */
export async function writeSkeleton(root: string, id: string): Promise<[mdx: string, check: string]> {
  if (!claimIdSchema.safeParse(id).success) {
    throw new UsageError(`"${id}" is no claim id: <topic>/<claim>, both in lower case with hyphens.`);
  }
  const { ledger } = await loadLedger(root);
  const sources = sourcesOf(ledger, id);
  if (Object.keys(sources).length === 0) {
    const near = nearest(id, plannedClaims(ledger));
    const hint = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
    throw new UsageError(`No sentence in claims/articles/ lists the claim "${id}". Add it there first.${hint}`);
  }
  const files: [string, string] = [join(root, `${id}.mdx`), join(root, `${id}.check.ts`)];
  for (const file of files) {
    if (await exists(file)) throw new UsageError(`${displayPath(root, file)} is there already and stays as it is.`);
  }
  await mkdir(dirname(files[0]), { recursive: true });
  await writeFile(files[0], claimSkeleton(sources), { flag: 'wx' });
  await writeFile(files[1], checkSkeleton, { flag: 'wx' });
  return files;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
