import { readFile } from 'node:fs/promises';
import type { Interruption } from './interruption.ts';
import type { VerifyOptions } from './options.ts';
import { runOnce } from './run-once.ts';
import type { Claim } from '../claim/catalogue.ts';
import type { RunRecord } from '../record/record.ts';
import {
  experimentDigest,
  mergeIntoSabotageTable,
  readSabotageTable,
  stands,
  type Lie,
  type SabotageRow,
} from '../record/sabotage-table.ts';
import { readRecord } from '../record/store.ts';
import type { Verdict } from '../verdict/verdict.ts';

export interface SabotageSetting {
  readonly options: VerifyOptions;
  readonly claims: readonly Claim[];
  readonly stop: Interruption;
}

/** As much of a claim as its row needs. */
type RowClaim = Pick<Claim, 'id' | 'checkFile'> & { readonly frontmatter: Pick<Claim['frontmatter'], 'findings'> };

/**
 * `--sabotage`: an honest run (or the record of one, by `--honest`), then one for each lie over the claims whose verdict
 * stands. With `--json` the rows go into the table there, beside those of claims that were not run. Returns the exit
 * status: 2 where a lie went unnoticed or was not told.
 * @throws RecordError where the honest record or the table there already cannot be read
 */
export async function sabotage({ options, claims, stop }: SabotageSetting): Promise<number> {
  if (options.json !== null) await readSabotageTable(options.json);
  const honest =
    options.honest === null
      ? (await runOnce({ options, claims, lie: null, stop })).record
      : await readRecord(options.honest);
  if (isStopped(stop)) return 130;
  if (honest === null) return 3;
  const judged = claims.filter(({ id }) => stands(verdictIn(honest, id) ?? 'not-run'));
  const records = new Map<Lie, RunRecord>();
  for (const lie of options.sabotage) {
    process.stderr.write(`\nNow with a lab that lies: ${lie}\n`);
    const { record } = await runOnce({ options, claims: judged, lie, stop });
    if (isStopped(stop)) return 130;
    if (record !== null) records.set(lie, record);
  }
  const rows = await Promise.all(claims.map((claim) => rowOf(claim, honest, records)));
  process.stdout.write(`${table(rows, options.sabotage)}\n`);
  if (options.json !== null) await mergeIntoSabotageTable(options.json, rows);
  return rows.some((row) => row.unnoticed.length > 0 || untold(row, options.sabotage).length > 0) ? 2 : 0;
}

// A property that changes while we wait; the compiler would take its first value for its last.
const isStopped = ({ signal }: Interruption): boolean => signal.aborted;

export async function rowOf(
  { id, checkFile, frontmatter: { findings } }: RowClaim,
  honest: RunRecord,
  records: ReadonlyMap<Lie, RunRecord>,
): Promise<SabotageRow> {
  const told = verdictIn(honest, id) ?? 'not-run';
  const lies: Partial<Record<Lie, Verdict>> = {};
  for (const [lie, record] of records) {
    const verdict = verdictIn(record, id);
    if (verdict !== undefined) lies[lie] = verdict;
  }
  const check = checkFile === null ? '' : await readFile(checkFile, 'utf8');
  return {
    claim: id,
    experiment: experimentDigest(check, findings),
    run: honest.run,
    honest: told,
    lies,
    unnoticed: stands(told) ? (Object.keys(lies) as Lie[]).filter((lie) => lies[lie] === told) : [],
  };
}

const verdictIn = (record: RunRecord, id: string): Verdict | undefined =>
  record.claims.find((claim) => claim.id === id)?.verdict;

/** Lies that a run cut short did not come to. */
const untold = ({ honest, lies: told }: SabotageRow, lies: readonly Lie[]): readonly Lie[] =>
  stands(honest) ? lies.filter((lie) => told[lie] === undefined) : [];

function table(rows: readonly SabotageRow[], all: readonly Lie[]): string {
  const judged = rows.filter(({ honest }) => stands(honest));
  const lines = judged.map((row) => {
    const told = all.map((lie) => `${lie}: ${row.lies[lie] ?? 'not told'}`);
    const word = row.unnoticed.length > 0 ? 'UNNOTICED' : untold(row, all).length > 0 ? 'NOT TOLD ' : 'noticed  ';
    return `${word} ${row.claim} (${row.honest})\n    ${told.join(' · ')}`;
  });
  const idle = rows.length - judged.length;
  return [
    '',
    ...lines,
    '',
    `${String(judged.length)} claims with a verdict that stands; ${String(idle)} without, to which no lie was told.`,
  ].join('\n');
}
