import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { VerifyOptions } from './options.ts';
import { UsageError } from '../claim/errors.ts';
import type { Difference } from '../record/expected.ts';
import { junit } from '../record/junit.ts';
import { markdown } from '../record/markdown.ts';
import type { RunRecord } from '../record/record.ts';
import { recordText } from '../record/store.ts';

type Formats = Pick<VerifyOptions, 'json' | 'junit' | 'markdown'>;

const formats = ['json', 'junit', 'markdown'] as const;

/**
 * Looks before the run whether its reports will find a place: to learn it afterwards would be late.
 * @throws UsageError naming the option and the folder
 */
export async function refuseLostReports(options: Formats): Promise<void> {
  for (const format of formats) {
    const file = options[format];
    if (file === null) continue;
    const folder = dirname(file);
    const why = await access(folder, constants.W_OK).then(
      async () => ((await isFolder(file)) ? 'it is a folder' : null),
      () => `the folder ${folder} is not there, or may not be written`,
    );
    if (why !== null) throw new UsageError(`--${format} ${file} cannot be written: ${why}.`);
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Writes the formats that were asked for. Returns a sentence for each that could not be written. */
export async function writeReports(
  options: Formats,
  record: RunRecord,
  differences: readonly Difference[],
): Promise<string[]> {
  const texts = {
    json: () => recordText(record),
    junit: () => junit(record, differences),
    markdown: () => markdown(record, differences),
  };
  const failures: string[] = [];
  for (const format of formats) {
    const file = options[format];
    if (file === null) continue;
    await writeFile(file, texts[format]()).catch((error: unknown) => {
      failures.push(`--${format}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  return failures;
}
