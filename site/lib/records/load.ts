import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { z } from 'zod';
import { reproduces, type Finder } from '../../../verify/record/record-class.ts';
import { recordSchema, recordSchemaVersion, type RunRecord } from '../../../verify/record/record.ts';
import { brokenSeals } from '../../../verify/record/seal.ts';
import { summarise, type Origin, type RunSummary } from './summary.ts';

/** A record that was not taken, and why; the build goes on without it and says so. */
export interface Refusal {
  readonly file: string;
  readonly because: string;
}

export interface RecordIndex {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  readonly refused: readonly Refusal[];
}

/** A folder of records. `optional`: it may be missing. */
export interface RecordFolder {
  readonly path: string;
  readonly origin: Origin;
}

/**
 * Reads every record once and keeps summaries only, so that memory does not grow with the samples.
 * A record is anybody's data: one that does not validate is refused by name and never breaks the build.
 */
export async function indexRecords(folders: readonly RecordFolder[]): Promise<RecordIndex> {
  const runs = new Map<string, RunSummary>();
  const refused: Refusal[] = [];
  for (const { path, origin } of folders) {
    for (const name of await recordFiles(path)) {
      const file = join(path, name);
      const shown = relative(process.cwd(), file).startsWith('..') ? name : relative(process.cwd(), file);
      const read = await readRecord(file);
      if ('because' in read) refused.push({ file: shown, because: read.because });
      else if (runs.has(read.record.run)) {
        refused.push({ file: shown, because: `run ${read.record.run} is there already, from another file.` });
      } else runs.set(read.record.run, summarise(read.record, origin, file));
    }
  }
  const newestFirst = [...runs.values()].sort((a, b) => (a.run < b.run ? 1 : -1));
  return { runs: withReproduced(newestFirst), refused };
}

/** That somebody's machine found again what another had found follows from the runs; no record says it of itself. */
function withReproduced(runs: readonly RunSummary[]): RunSummary[] {
  const finders = new Map(runs.filter(({ origin }) => origin !== 'local').map((run) => [run.run, finderOf(run)]));
  const others = [...finders.values()];
  return runs.map((run) => {
    const finder = run.origin === 'contributed' ? finders.get(run.run) : undefined;
    return finder !== undefined && reproduces(finder, others) ? { ...run, origin: 'reproduced' } : run;
  });
}

const finderOf = ({ run, claims }: RunSummary): Finder => ({
  run,
  claims: [...claims.values()].map(({ claim, verdict, checkDigest }) => ({ id: claim, verdict, check: checkDigest })),
});

/** One whole record, validated. */
export async function readRecord(file: string): Promise<{ record: RunRecord } | { because: string }> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    return { because: `it cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const version = z.looseObject({ schema: z.unknown().optional() }).safeParse(json);
  if (version.success && version.data.schema !== recordSchemaVersion) {
    return {
      because: `its schema version is ${version.data.schema === undefined ? 'missing' : JSON.stringify(version.data.schema)}, and this site reads version ${String(recordSchemaVersion)}.`,
    };
  }
  const parsed = recordSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { because: `${issue?.path.join('.') ?? 'it'}: ${issue?.message ?? 'invalid'}` };
  }
  const ids = parsed.data.claims.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) return { because: `claim ${twice} is in it twice.` };
  const [broken] = brokenSeals(parsed.data);
  if (broken !== undefined) return { because: `it was changed after it was sealed: ${broken}.` };
  return { record: parsed.data };
}

async function recordFiles(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith('.json') && !basename(name).startsWith('.')).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
