import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { RecordError } from './errors.ts';
import { runIdSchema } from './record.ts';
import { validated } from './validate.ts';
import { claimIdSchema } from '../claim/claim.ts';
import { verdictSchema, type Verdict } from '../verdict/verdict.ts';

/** A lab that lies, for `--sabotage`: no lie may leave a standing verdict unchanged. */
export const lieSchema = z.enum(['control-as-subject', 'stale-instrument', 'idle-workload']);
export type Lie = z.infer<typeof lieSchema>;

const rowSchema = z.strictObject({
  claim: claimIdSchema,
  /** What was tried, by `experimentDigest`: where it differs from today's, the row speaks of an earlier experiment. */
  experiment: z.hash('sha256'),
  /** The honest run. */
  run: runIdSchema,
  honest: verdictSchema,
  /** Verdict under each lie that was told; empty where the honest verdict does not stand. */
  lies: z.partialRecord(lieSchema, verdictSchema),
  /** Lies that left a standing verdict as it was: the check cannot fail in that way. */
  unnoticed: z.array(lieSchema),
});

const tableSchema = z.strictObject({ schema: z.literal(1), rows: z.array(rowSchema) });

/** What became of one claim's verdict when the lab lied. */
export type SabotageRow = z.infer<typeof rowSchema>;

const standing: ReadonlySet<Verdict> = new Set(['verified', 'refuted', 'mixed']);

/** Whether somebody may rely on the verdict, so that a lie has something to change. */
export const stands = (verdict: Verdict): boolean => standing.has(verdict);

/** sha256 over the check's text and the findings that its claim declares; prose may change without it. */
export function experimentDigest(check: string, findings: unknown): string {
  return createHash('sha256').update(check).update('\0').update(JSON.stringify(findings)).digest('hex');
}

/**
 * @returns the rows, none where there is no such file yet
 * @throws RecordError where the file holds something else
 */
export async function readSabotageTable(file: string): Promise<readonly SabotageRow[]> {
  if (!existsSync(file)) return [];
  const what = `The table of lies ${basename(file)}`;
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new RecordError(`${what} is not valid JSON.`, { cause: error });
  }
  return validated(tableSchema, content, what).rows;
}

/** Puts the rows in place of the same claims' former ones; the other claims' rows stay. */
export async function mergeIntoSabotageTable(file: string, rows: readonly SabotageRow[]): Promise<void> {
  const byClaim = new Map([...(await readSabotageTable(file)), ...rows].map((row) => [row.claim, row]));
  const sorted = [...byClaim.values()].sort((a, b) => (a.claim < b.claim ? -1 : 1));
  const lines = sorted.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  await writeFile(file, `{\n  "schema": 1,\n  "rows": [\n${lines}\n  ]\n}\n`);
}
