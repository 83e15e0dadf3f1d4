import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { diskSentence } from './disk.ts';
import { RecordError } from './errors.ts';
import { recordSchema, recordSchemaVersion, runIdSchema, type RunRecord } from './record.ts';
import { brokenSeals } from './seal.ts';
import { validated } from './validate.ts';

/**
 * Seals a record as `<dir>/<run id>.json`: whole or not at all, also when the machine stops in the middle.
 * @returns the file
 * @throws RecordError where the record is not valid or the disk does not take it
 */
export async function writeRecord(dir: string, record: RunRecord): Promise<string> {
  const content = recordText(record);
  const file = join(dir, `${record.run}.json`);
  const draft = join(dir, `.${record.run}.${String(process.pid)}.tmp`);
  try {
    await mkdir(dir, { recursive: true });
    {
      await using handle = await open(draft, 'w', 0o644);
      await handle.writeFile(content);
      await handle.sync();
    }
    await rename(draft, file);
    await using folder = await open(dir);
    // The new name is durable only with its folder.
    await folder.sync();
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw new RecordError(diskSentence(`The record of run ${record.run} could not be written`, error), {
      cause: error,
    });
  }
  return file;
}

/** The one text of a record: fields in the schema's order, one line. */
export function recordText(record: RunRecord): string {
  return `${JSON.stringify(validated(recordSchema, record, `The record of run ${record.run}`))}\n`;
}

/** @throws RecordError naming the file, and the field that is at fault or was changed after the record was sealed */
export async function readRecord(file: string): Promise<RunRecord> {
  const what = `The record ${basename(file)}`;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new RecordError(diskSentence(`${what} could not be read`, error), { cause: error });
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new RecordError(`${what} is not valid JSON: it was cut short or is no record.`, { cause: error });
  }
  const { data } = z.looseObject({ schema: z.number() }).safeParse(content);
  if (data !== undefined && data.schema > recordSchemaVersion) {
    throw new RecordError(
      `${what} has schema ${String(data.schema)}, newer than this version can read (${String(recordSchemaVersion)}). Update the project.`,
    );
  }
  const record = validated(recordSchema, content, what);
  const [broken] = brokenSeals(record);
  if (broken !== undefined) {
    throw new RecordError(`${what} was changed after it was sealed: ${broken}. Take it from where it came from again.`);
  }
  return record;
}

/** The files of all records in a folder, oldest first; none where there is no such folder. */
export async function listRecords(dir: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new RecordError(diskSentence(`The records in ${basename(dir)} could not be listed`, error), { cause: error });
  }
  return names
    .filter((name) => name.endsWith('.json') && runIdSchema.safeParse(name.slice(0, -'.json'.length)).success)
    .sort()
    .map((name) => join(dir, name));
}

/** JSON Schema of a record, for those who read records without this project (draft 2020-12). */
export function recordJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'bare-claims run record', ...z.toJSONSchema(recordSchema) };
}
