import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../claim/errors.ts';
import { bundleSuffix, parseAttestations } from './attestation.ts';
import { RecordError } from './errors.ts';
import { recordFiles } from './record-files.ts';

const usage = 'npm run attest:keep -- <folder of records> <bundle> ...';

/**
 * `npm run attest:keep`: puts the bundles that a signing step left beside the records that they name, so that they travel
 * together. Verifies no signature: `npm run audit` does.
 * @throws RecordError where a bundle does not name every record by its content
 */
export async function main(args: readonly string[], print: (line: string) => void = console.log): Promise<number> {
  const [folder, ...bundles] = args;
  if (folder === undefined || bundles.length === 0) throw new UsageError(usage);
  const files = await recordFiles([folder], usage);
  const lines: string[] = [];
  for (const bundle of bundles) {
    const text = await readFile(bundle, 'utf8');
    const subjects = parseAttestations(text, basename(bundle)).flatMap(({ statement }) => statement.subject);
    for (const file of files) {
      const digest = createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
      if (!subjects.some((subject) => subject.digest['sha256'] === digest)) {
        throw new RecordError(`${basename(bundle)} does not attest ${basename(file)} as it is now. Sign it again.`);
      }
    }
    lines.push(text.trim());
  }
  const name = `${basename(files[0] ?? '', '.json')}${bundleSuffix}`;
  await writeFile(join(folder, name), `${lines.join('\n')}\n`);
  print(`${name} attests ${String(files.length)} records.`);
  return 0;
}
