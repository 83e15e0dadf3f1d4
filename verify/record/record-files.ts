import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UsageError } from '../claim/errors.ts';
import { diskSentence } from './disk.ts';
import { RecordError } from './errors.ts';
import { listRecords } from './store.ts';

/**
 * The record files that these words name: files as they are, folders by the records in them.
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
  return found.isDirectory() ? await listRecords(word) : [word];
}
