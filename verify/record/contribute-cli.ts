import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';
import { commandLine } from '../claim/command-line.ts';
import { tally } from './display.ts';
import { RecordError } from './errors.ts';
import { privateSightings, withoutPrivate, wordsOfThisMachine, type PrivateWord, type Sighting } from './private.ts';
import type { RunRecord } from './record.ts';
import { reproduces, type Finder } from './record-class.ts';
import { recordFiles } from './record-files.ts';
import { rejudge, rejudgedDifferences } from './rejudge.ts';
import { sealed } from './seal.ts';
import { listRecords, readRecord, recordText, writeRecord } from './store.ts';

const project = new URL('../..', import.meta.url);
const usage = `npm run contribute -- <record.json> ... [options]

  --into FOLDER  where the records go (runs/contributed)
  --allow WORD   a word that names nobody, though this machine is called so; may be repeated
  --check        write nothing; exit 1 where something private is in a record

Records of local runs are in runs/local/.`;

/** `npm run contribute`: turns local records into ones that are fit to publish, and shows what becomes public. */
export async function main(args: readonly string[], print: (line: string) => void = console.log): Promise<number> {
  const { values, positionals } = parse(args);
  const words = wordsOfThisMachine().filter(({ word }) => !values.allow.includes(word));
  const files = await recordFiles(positionals, usage);
  let status = 0;
  for (const file of files) {
    const record = await readRecord(file);
    const found = privateSightings(record, words);
    if (values.check) {
      if (found.length > 0) status = 1;
      print(`${record.run}: ${found.length === 0 ? 'nothing private was found' : 'not fit to publish'}`);
      for (const line of found.map(sightingLine)) print(line);
      continue;
    }
    const fit = fitToPublish(record, words, found);
    const written = await writeRecord(values.into, fit);
    for (const line of await publicLines(fit, found)) print(line);
    print(`Written: ${relative(process.cwd(), written)}. To offer it: commit it on a branch and open a pull request.`);
  }
  return status;
}

function parse(args: readonly string[]) {
  return commandLine(args, usage, {
    allowPositionals: true,
    options: {
      into: { type: 'string', default: fileURLToPath(new URL('runs/contributed', project)) },
      allow: { type: 'string', multiple: true, default: [] },
      check: { type: 'boolean', default: false },
    },
  });
}

/** @throws RecordError where something private is part of what was observed, or the record contradicts itself */
export function fitToPublish(record: RunRecord, words: readonly PrivateWord[], found: readonly Sighting[]): RunRecord {
  const observed = found.filter(({ removable }) => !removable);
  if (observed.length > 0) {
    throw new RecordError(
      `The record of run ${record.run} cannot be published: what was observed names this machine or its user.\n` +
        `${observed.map(sightingLine).join('\n')}\nLeave that claim out of the run, or say that the word names nobody: --allow WORD`,
    );
  }
  const [wrong] = rejudgedDifferences(record, rejudge(record));
  if (wrong !== undefined) {
    throw new RecordError(
      `The record of run ${record.run} contradicts itself: ${wrong.where.join(' > ')} says ${wrong.recorded}, and its samples say ${wrong.judged}. Run it again with this version.`,
    );
  }
  return sealed(withoutPrivate(record, words));
}

const sightingLine = ({ what, word, where }: Sighting): string => `  ${what} "${word}" in ${where}`;

/** All that a reader of the site will learn about the machine, word for word. */
async function publicLines(record: RunRecord, removed: readonly Sighting[]): Promise<string[]> {
  const { engine, accelerator, ...machine } = record.host;
  const facts = Object.entries(machine).map(
    ([name, value]) => `  ${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`,
  );
  const bytes = Buffer.byteLength(recordText(record));
  return [
    `Run ${record.run}: ${tally(record)}. This becomes public:`,
    ...facts,
    `  engine: ${engine === null ? 'none' : Object.values(engine).join(', ')}`,
    `  accelerator: ${accelerator.kind} (${accelerator.because})`,
    `  from ${record.startedAt} to ${record.endedAt}, with every sample, observation and log (${String(Math.ceil(bytes / 1024))} KiB)`,
    ...(removed.length === 0 ? [] : ['Taken out of free texts:', ...removed.map(sightingLine)]),
    `Class: ${reproduces(finderOf(record), await published()) ? 'reproduced: it finds again what a run on file found' : 'contributed'}.`,
  ];
}

/** The runs that are on file in this project. */
async function published(): Promise<Finder[]> {
  const folders = ['runs', 'runs/ci', 'runs/contributed'].map((name) => fileURLToPath(new URL(name, project)));
  const files = (await Promise.all(folders.map(listRecords))).flat();
  return await Promise.all(files.map(async (file) => finderOf(await readRecord(file))));
}

const finderOf = ({ run, claims }: RunRecord): Finder => ({
  run,
  claims: claims.map(({ id, verdict, digests }) => ({ id, verdict, check: digests.check })),
});
