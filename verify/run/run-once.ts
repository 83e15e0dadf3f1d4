import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Interruption } from './interruption.ts';
import { watchJournal } from './journal-watch.ts';
import { lastDurations } from './last-durations.ts';
import type { VerifyOptions } from './options.ts';
import { localRuns, publishedRuns } from './places.ts';
import { startProgress, type Progress } from './progress.ts';
import { resumable } from './resume.ts';
import { removeDead } from './remove-dead.ts';
import { runStages } from './run-stages.ts';
import { stagesOf } from './stages.ts';
import { strayRejections } from './stray-rejections.ts';
import { timeSpent, type TimeSpent } from './time-spent.ts';
import { toolVersion } from './tool.ts';
import type { Claim } from '../claim/catalogue.ts';
import { scratchRoot } from '../lab/places.ts';
import { acquireRun } from '../lab/reaper/acquire-run.ts';
import { leftovers, reap } from '../lab/reaper/reap.ts';
import { recordFromJournal } from '../record/from-journal.ts';
import { appendEvent, readJournal } from '../record/journal.ts';
import type { RunRecord } from '../record/record.ts';
import { newRunId } from '../record/run-id.ts';
import { sealed } from '../record/seal.ts';
import type { Lie } from '../record/sabotage-table.ts';
import { writeRecord } from '../record/store.ts';

export interface RunSetting {
  readonly options: VerifyOptions;
  readonly claims: readonly Claim[];
  /** The lie that the lab tells, for --sabotage; null in an honest run. */
  readonly lie: Lie | null;
  readonly stop: Interruption;
}

export interface RunResult {
  /** Null where the run ended before it knew its host. */
  readonly record: RunRecord | null;
  /** Where the record was sealed; null where it could not be. */
  readonly file: string | null;
  /** Sentences: what the run made and could not remove, and what else went wrong around the checks. */
  readonly troubles: readonly string[];
}

/** One run over the claims: reap what dead runs left, set up, check in stages, clean up, seal. */
export async function runOnce(setting: RunSetting): Promise<RunResult> {
  const { stop } = setting;
  const begunAt = performance.now();
  const spent: TimeSpent = { setUpMs: 0, subjectsMs: 0, workMs: 0, checksMs: 0 };
  const resumed = await resumable(setting.options.resume, setting.claims);
  const options =
    resumed === null ? setting.options : { ...setting.options, seed: resumed.seed, profile: resumed.profile };
  const run = resumed?.run ?? newRunId(new Date());
  const claims = resumed?.claims ?? setting.claims;
  // What a lying lab finds must never be taken for a record: it goes with the run's scratch folder.
  const directory = setting.lie === null ? localRuns() : join(scratchRoot(run), 'lies');
  const journal = resumed?.journal ?? join(directory, `${run}.journal.jsonl`);
  const troubles: string[] = [];
  using _ = strayRejections((sentence) => troubles.push(sentence));
  await using acquired = await acquireRun({
    runId: run,
    waitMs: options.wait ? 3_600_000 : 0,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  await mkdir(directory, { recursive: true });
  const durations = await lastDurations([localRuns(), publishedRuns], options.profile);
  const progress = progressOf(claims, durations, options.profile);
  await removeDead(progress);
  await appendEvent(journal, {
    type: 'run',
    run,
    startedAt: new Date().toISOString(),
    tool: await toolVersion(),
    profile: options.profile,
    seed: options.seed,
    planned: [...(resumed?.planned ?? claims.map(({ id }) => id))],
  });
  const watch = watchJournal(journal, (event) => {
    if (event.type === 'claim-start') progress.started(event.id);
    if (event.type !== 'claim-end') return;
    const { id, verdict, summary, durationMs } = event.claim;
    progress.settled(id, verdict, summary, durationMs);
  });
  try {
    await runStages(
      { ...setting, options, claims, run, journal, progress, durations, folder: acquired.runRoot },
      spent,
    );
  } catch (error) {
    troubles.push(error instanceof Error ? error.message : String(error));
  } finally {
    await watch.stop();
    progress.end();
  }
  troubles.push(...(await removeOwn(run)));
  await appendEvent(journal, {
    type: 'run-end',
    state: stop.signal.aborted || troubles.length > 0 ? 'partial' : 'complete',
    ...(stop.signal.aborted ? { because: 'interrupted' } : troubles[0] === undefined ? {} : { because: troubles[0] }),
    endedAt: new Date().toISOString(),
    spent: timeSpent(spent, performance.now() - begunAt),
  }).catch((error: unknown) => troubles.push(String(error)));
  return { ...(await seal(journal, directory, troubles)), troubles };
}

function progressOf(
  claims: readonly Claim[],
  durations: ReadonlyMap<string, number>,
  profile: 'quick' | 'full',
): Progress {
  const atOnce = new Map(
    stagesOf(claims, { profile }).flatMap((stage) => stage.claims.map(({ id }) => [id, stage.atOnce] as const)),
  );
  return startProgress({
    stream: process.stderr,
    total: claims.length,
    lastDurations: durations,
    planned: claims.map(({ id }) => id),
    atOnce: (id) => atOnce.get(id) ?? 1,
  });
}

/** Everything should be gone by now; what is not is removed, and said, for it is a fault of ours. */
async function removeOwn(run: string): Promise<string[]> {
  const found = (await leftovers(run)).filter(
    (what) => !what.startsWith('run folder') && !what.startsWith('scratch folder'),
  );
  if (found.length === 0) return [];
  const { failed } = await reap({ runId: run });
  return [
    `Checks left behind, and the run removed: ${found.join(', ')}.`,
    ...failed.map((what) => `Still there, remove it by hand: ${what}`),
  ];
}

async function seal(journal: string, directory: string, troubles: string[]): Promise<Omit<RunResult, 'troubles'>> {
  try {
    const record = sealed(recordFromJournal((await readJournal(journal)).events));
    const file = await writeRecord(directory, record).catch((error: unknown) => {
      troubles.push(error instanceof Error ? error.message : String(error));
      return null;
    });
    return { record, file };
  } catch (error) {
    troubles.push(error instanceof Error ? error.message : String(error));
    return { record: null, file: null };
  }
}
