import { existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { cacheRoot } from '../lab/places.ts';
import { readJournal } from '../record/journal.ts';
import type { RunRecord } from '../record/record.ts';
import { listRecords, readRecord } from '../record/store.ts';
import { localRuns } from '../run/places.ts';

/** Wall-clock time, as the record of the run has it. */
export interface RunTimes {
  readonly totalSeconds: number;
  readonly setUpSeconds: number;
  readonly subjectsSeconds: number;
  readonly workSeconds: number;
  readonly overheadSeconds: number;
  readonly run: string;
  readonly commit: string | null;
  readonly cpus: number;
  readonly accelerator: string;
  readonly claims: number;
  /** From the command's start to the first verdict of a check, as a person would see it. */
  readonly firstVerdictSeconds: number;
  /** From the command's start to its end, starting Node and reading claims included. */
  readonly commandSeconds: number;
}

/**
 * Runs the real command and takes its record apart. The record stays with those of this machine, for whoever wants to see
 * what a figure came from.
 * @param cache with an empty cache everything that is kept between runs is made anew, beside the real one
 */
export async function timeOfRun(args: readonly string[], cache: 'warm' | 'empty cache' = 'warm'): Promise<RunTimes> {
  const folder = localRuns();
  const before = new Set(existsSync(folder) ? readdirSync(folder) : []);
  // On the disk of the real one: a tmpfs would be faster than what people have.
  const ownCache = `${cacheRoot()}-bench`;
  if (cache === 'empty cache') await mkdir(dirname(ownCache), { recursive: true });
  const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));
  const begunAt = performance.now();
  try {
    const command = execa(process.execPath, [cli, 'verify', ...args, '--yes'], {
      env: cache === 'empty cache' ? { BARE_CLAIMS_CACHE: ownCache } : {},
      stdio: ['ignore', 'inherit', 'inherit'],
      reject: false,
    });
    const first = firstVerdict(folder, before, () => command.nodeChildProcess.exitCode !== null);
    await command;
    const commandSeconds = (performance.now() - begunAt) / 1000;
    const file = (await listRecords(folder)).find((path) => !before.has(basename(path)));
    if (file === undefined) throw new Error(`verify ${args.join(' ')} left no record; see what it printed.`);
    const record = await readRecord(file);
    return {
      run: record.run,
      commit: record.tool.commit,
      cpus: record.host.cpus,
      accelerator: record.host.accelerator.kind,
      claims: record.claims.length,
      firstVerdictSeconds: ((await first) - begunAt) / 1000,
      commandSeconds,
      ...secondsOf(record),
    };
  } finally {
    if (cache === 'empty cache') rmSync(ownCache, { recursive: true, force: true });
  }
}

function secondsOf({ run, spent }: RunRecord) {
  const { totalMs, setUpMs, subjectsMs, workMs, overheadMs } = spent ?? {};
  const seconds = (ms: number | undefined): number => {
    if (ms === undefined) throw new Error(`The record of run ${run} does not say where its time went.`);
    return ms / 1000;
  };
  return {
    totalSeconds: seconds(totalMs),
    setUpSeconds: seconds(setUpMs),
    subjectsSeconds: seconds(subjectsMs),
    workSeconds: seconds(workMs),
    overheadSeconds: seconds(overheadMs),
  };
}

/** performance.now() at which the journal had the first verdict that a check came to; NaN where none did. */
async function firstVerdict(folder: string, before: ReadonlySet<string>, isOver: () => boolean): Promise<number> {
  for (;;) {
    const over = isOver();
    const [journal] = (existsSync(folder) ? readdirSync(folder) : []).filter(
      (name) => name.endsWith('.journal.jsonl') && !before.has(name),
    );
    const { events } = journal === undefined ? { events: [] } : await readJournal(join(folder, journal));
    if (events.some((event) => event.type === 'claim-end' && event.claim.findings.length > 0)) return performance.now();
    if (over) return NaN;
    await delay(50);
  }
}
