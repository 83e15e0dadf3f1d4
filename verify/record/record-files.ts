import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../claim/errors.ts';
import { diskSentence } from './disk.ts';
import { RecordError } from './errors.ts';
import { listRecords } from './store.ts';

/**
 * The record files that these words name: files as they are, folders by all records in them but those of a folder
 * `local`, which are nobody else's business.
 * @throws UsageError where none is named, RecordError where one is not there
 */
export async function recordFiles(words: readonly string[], usage: string): Promise<string[]> {
  const files = (await Promise.all(words.map(filesOf))).flat();
  if (files.length === 0) throw new UsageError(`There is no record to look at. ${usage}`);
  return files;
}

async function filesOf(word: string): Promise<string[]> {
  const found = await stat(word).catch((error: unknown) => {
    throw new RecordError(diskSentence(`The record ${basename(word)} could not be read`, error), { cause: error });
  });
  if (!found.isDirectory()) return [word];
  const folders = (await readdir(word, { withFileTypes: true })).filter(
    (entry) => entry.isDirectory() && entry.name !== 'local',
  );
  const inner = await Promise.all(folders.map(({ name }) => filesOf(join(word, name))));
  return [...(await listRecords(word)), ...inner.flat()];
}
