import { join } from 'node:path';
import { mergeRecords } from './merge.ts';
import { verdictsOf, type RunVerdicts } from './run-verdicts.ts';
import { sealed } from './seal.ts';
import { readRecord, writeRecord } from './store.ts';

/**
 * Joins records file by file into `<into>/<run id>.json`, a file per run. Merging is exact and free of order, so no more
 * than two records are in memory at a time, however many there are.
 * @returns what came out of each run, sorted by run id
 * @throws RecordError where a record is none, or parts of one run contradict each other
 */
export async function mergeFiles(files: readonly string[], into: string): Promise<RunVerdicts[]> {
  const runs = new Map<string, RunVerdicts>();
  for (const file of files) {
    const part = await readRecord(file);
    // Only what this merge wrote is joined: what else lies in the folder is not asked for.
    const parts = runs.has(part.run) ? [await readRecord(join(into, `${part.run}.json`)), part] : [part];
    for (const whole of mergeRecords(parts)) {
      await writeRecord(into, sealed(whole));
      runs.set(whole.run, verdictsOf(whole));
    }
  }
  return [...runs.values()].sort((a, b) => (a.run < b.run ? -1 : 1));
}
