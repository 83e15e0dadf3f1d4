import { join } from 'node:path';
import type { ClaimRecord, RunRecord } from '../../../verify/record/record.ts';
import { indexRecords, readRecord, type RecordFolder, type RecordIndex } from './load.ts';
import type { Sighting } from './current.ts';
import type { RunFacts } from './summary.ts';

/**
 * Where records are: the committed ones and, except where the site is built to be published (`CI`), the local ones.
 * `BARE_CLAIMS_RECORDS` names one other folder in place of both.
 */
export function recordFolders(root: string, environment: NodeJS.ProcessEnv = process.env): RecordFolder[] {
  const given = environment['BARE_CLAIMS_RECORDS'];
  if (given !== undefined && given !== '') return [{ path: given, origin: 'reference' }];
  const folders: RecordFolder[] = [
    { path: join(root, 'runs'), origin: 'reference' },
    { path: join(root, 'runs', 'ci'), origin: 'ci' },
    { path: join(root, 'runs', 'contributed'), origin: 'contributed' },
  ];
  if (environment['CI'] === 'true') return folders;
  return [...folders, { path: join(root, 'runs', 'local'), origin: 'local' }];
}

let index: Promise<RecordIndex> | undefined;

/** All runs in summary, read once a build. */
export function recordIndex(): Promise<RecordIndex> {
  index ??= indexRecords(recordFolders(process.cwd())).then((read) => {
    for (const { file, because } of read.refused) console.warn(`[records] ${file} is left out: ${because}`);
    return read;
  });
  return index;
}

/** The few records that pages are being made from; the least recently used goes first. */
const open = new Map<string, Promise<RunRecord>>();
const keep = 64;

/** A run's whole record, samples included. */
function wholeRecord(file: string): Promise<RunRecord> {
  const known = open.get(file);
  const record = known ?? readValid(file);
  open.delete(file);
  open.set(file, record);
  const [oldest] = open.keys();
  if (open.size > keep && oldest !== undefined) open.delete(oldest);
  return record;
}

async function readValid(file: string): Promise<RunRecord> {
  const read = await readRecord(file);
  if ('because' in read) throw new Error(`The record ${file} changed while the site was built: ${read.because}`);
  return read.record;
}

/** A claim's own part of a record, with the facts of the run. */
export async function wholeSighting({ of, run }: Sighting): Promise<{ record: RunFacts; claim: ClaimRecord }> {
  const { claims } = await wholeRecord(run.file);
  const claim = claims.find(({ id }) => id === of.claim);
  if (claim === undefined)
    throw new Error(`The record of run ${run.run} lost claim ${of.claim} while the site was built.`);
  return { record: run.facts, claim };
}
