import { writeFile } from 'node:fs/promises';
import type { Interruption } from './interruption.ts';
import type { VerifyOptions } from './options.ts';
import { runOnce } from './run-once.ts';
import type { Lie } from '../check/run-context.ts';
import type { Claim } from '../claim/catalogue.ts';
import type { RunRecord } from '../record/record.ts';
import type { Verdict } from '../verdict/verdict.ts';

export interface SabotageSetting {
  readonly options: VerifyOptions;
  readonly claims: readonly Claim[];
  readonly stop: Interruption;
}

/** What became of one claim's verdict when the lab lied. */
export interface SabotageRow {
  readonly claim: string;
  readonly honest: Verdict;
  readonly lies: Readonly<Partial<Record<Lie, Verdict>>>;
  /** Lies that left a standing verdict as it was: the check cannot fail in that way. */
  readonly unnoticed: readonly Lie[];
}

/** Verdicts that somebody may rely on. */
const standing: ReadonlySet<Verdict> = new Set(['verified', 'refuted', 'mixed']);

/**
 * `--sabotage`: an honest run, then one for each lie over the claims whose verdict stands. Returns the exit status: 2
 * where a lie went unnoticed.
 */
export async function sabotage({ options, claims, stop }: SabotageSetting): Promise<number> {
  const honest = (await runOnce({ options, claims, lie: null, stop })).record;
  if (isStopped(stop)) return 130;
  if (honest === null) return 3;
  const judged = claims.filter(({ id }) => standing.has(verdictIn(honest, id) ?? 'not-run'));
  const records = new Map<Lie, RunRecord>();
  for (const lie of options.sabotage) {
    process.stderr.write(`\nNow with a lab that lies: ${lie}\n`);
    const { record } = await runOnce({ options, claims: judged, lie, stop });
    if (isStopped(stop)) return 130;
    if (record !== null) records.set(lie, record);
  }
  const rows = judged.map(({ id }) => rowOf(id, honest, records));
  process.stdout.write(`${table(rows)}\n`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify({ run: honest.run, rows }, null, 2)}\n`);
  return rows.some(({ unnoticed }) => unnoticed.length > 0) ? 2 : 0;
}

// A property that changes while we wait; the compiler would take its first value for its last.
const isStopped = ({ signal }: Interruption): boolean => signal.aborted;

export function rowOf(claim: string, honest: RunRecord, records: ReadonlyMap<Lie, RunRecord>): SabotageRow {
  const told = verdictIn(honest, claim) ?? 'not-run';
  const lies = Object.fromEntries(
    [...records].flatMap(([lie, record]) => {
      const verdict = verdictIn(record, claim);
      return verdict === undefined ? [] : [[lie, verdict]];
    }),
  ) as Partial<Record<Lie, Verdict>>;
  const unnoticed = (Object.keys(lies) as Lie[]).filter((lie) => standing.has(told) && lies[lie] === told);
  return { claim, honest: told, lies, unnoticed };
}

const verdictIn = (record: RunRecord, id: string): Verdict | undefined =>
  record.claims.find((claim) => claim.id === id)?.verdict;

function table(rows: readonly SabotageRow[]): string {
  const lines = rows.map(({ claim, honest, lies, unnoticed }) => {
    const told = Object.entries(lies).map(([lie, verdict]) => `${lie}: ${verdict}`);
    return `${unnoticed.length === 0 ? 'noticed  ' : 'UNNOTICED'} ${claim} (${honest})\n    ${told.join(' · ')}`;
  });
  return ['', ...lines, '', `${String(rows.length)} claims with a verdict that stands`].join('\n');
}
