import { startChecks } from './checks.ts';
import { recordsOf } from './crashes.ts';
import { renewEngineIfDead } from './engine-care.ts';
import { prepare, type Preparation, type Ready } from './prepare.ts';
import type { Progress } from './progress.ts';
import { lanes } from './lanes.ts';
import { removeDead } from './remove-dead.ts';
import { floorOf } from './run-floor.ts';
import type { RunSetting } from './run-once.ts';
import { stageAfter, stageNames, stagesOf, type Stage } from './stages.ts';
import { addClaims, type TimeSpent } from './time-spent.ts';
import { recordUnchecked, withoutWithheld } from './unchecked.ts';
import { bothAskings } from '../check/both-askings.ts';
import { claimRecord } from '../check/claim-record.ts';
import { announceRunContext, type RunContext } from '../check/run-context.ts';
import type { Claim } from '../claim/catalogue.ts';
import { preflight } from '../measure/preflight.ts';
import type { Warning } from '../measure/warning.ts';
import { appendEvent } from '../record/journal.ts';
import type { ClaimRecord } from '../record/record.ts';
import { systemPackages } from '../setup/run-packages.ts';

export interface StageSetting extends RunSetting {
  readonly run: string;
  readonly journal: string;
  readonly progress: Progress;
  /** How long each claim took the last time, ms; of some it is not known. */
  readonly durations: ReadonlyMap<string, number>;
  /** The run's own folder. */
  readonly folder: string;
}

type Known = Pick<RunContext, 'host' | 'engine' | 'missing' | 'floor' | 'warnings'>;

/** Runs the stages, each as soon as what it needs is set up. Throws what went wrong outside the checks. */
export async function runStages(setting: StageSetting, spent: TimeSpent): Promise<void> {
  const { claims, run, journal, progress, stop, options } = setting;
  const { profile } = options;
  const say = (line: string): void => {
    progress.say(line);
  };
  const { ready: packages } = await systemPackages({ claims, yes: options.yes, say });
  await recordUnchecked(claims, journal);
  await using preparation = prepare({ run, claims, progress, freshProbe: options.freshProbe, packages });
  await using checks = await startChecks(say, setting.durations);
  const cancel = (): void => void checks.cancel();
  const isOver = (): boolean => stop.signal.aborted;
  stop.signal.addEventListener('abort', cancel, { once: true });
  const renewals: Warning[] = [];
  /** Null for a run that is over. */
  const runChecks = async (some: readonly Claim[], atOnce: number): Promise<readonly ClaimRecord[] | null> => {
    const begunAt = performance.now();
    const crashes = await checks.run(some);
    spent.checksMs += performance.now() - begunAt;
    // Cut short is not crashed: `--resume` goes on with what has not ended.
    if (isOver()) return null;
    const records = await recordsOf(some, crashes, journal);
    addClaims(spent, records, atOnce);
    return records;
  };
  try {
    let known: Known | null = null;
    for (const name of stageNames) {
      const readyAt = performance.now();
      const after = stageAfter[name];
      if (after !== 'nothing' && stagesOf(claims, { profile }).some((stage) => stage.after === after)) {
        known = await hostOf(after, preparation, setting, known);
      }
      spent.setUpMs += performance.now() - readyAt;
      // What is missing says which claims need a quiet machine after all, and is known for certain once all is set up.
      const stage = stagesOf(claims, { profile, missing: known?.missing ?? {} }).find((one) => one.name === name);
      if (stage === undefined) continue;
      if (isOver()) return;
      const experiments = await withoutWithheld(stage.claims, contextOf(setting, known));
      if (experiments.length === 0) continue;
      if (name === 'quiet' && known !== null)
        known = { ...known, ...(await noteNoise(setting, preparation, renewals, spent)) };
      if (isOver()) return;
      await announceRunContext(setting.folder, contextOf(setting, known));
      for (const some of together(experiments, stage, setting.durations)) {
        const records = await runChecks(some, stage.atOnce);
        if (records === null) return;
        const renewal = known && (await renewEngineIfDead(records, await preparation.engine, progress));
        if (renewal === null) continue;
        renewals.push(renewal.warning);
        await appendEvent(journal, { type: 'warnings', warnings: [...(known?.warnings ?? []), ...renewals] });
        const again = some.filter(({ id }) => renewal.again.includes(id));
        const seconds = again.length === 0 ? [] : await runChecks(again, stage.atOnce);
        if (seconds === null) return;
        for (const claim of again) {
          const [first, second] = [records, seconds].map((all) => all.find(({ id }) => id === claim.id));
          if (first && second)
            await appendEvent(journal, { type: 'claim-end', claim: askedTwice(claim, first, second) });
        }
      }
    }
    // A run of claims that need nothing has a host all the same.
    if (known === null) await noteHost(setting, await preparation.engine);
  } finally {
    stop.signal.removeEventListener('abort', cancel);
  }
}

function askedTwice(claim: Claim, first: ClaimRecord, second: ClaimRecord): ClaimRecord {
  const result = bothAskings(first, second, 'on an engine that was started anew');
  return claimRecord(claim, new Date(first.startedAt), first.durationMs + second.durationMs, result);
}

/** Which checks of a stage are handed over together; where fewer run side by side than can, those that take as long. */
function together(
  claims: readonly Claim[],
  { atOnce }: Pick<Stage, 'atOnce'>,
  durations: ReadonlyMap<string, number>,
): readonly (readonly Claim[])[] {
  if (atOnce === lanes.crowded) return [claims];
  const duration = ({ id }: Claim): number => durations.get(id) ?? Infinity;
  const sorted =
    atOnce === lanes.quiet
      ? claims
      : claims.toSorted((a, b) => (duration(a) === duration(b) ? 0 : duration(b) - duration(a)));
  return Array.from({ length: Math.ceil(sorted.length / atOnce) }, (_, index) =>
    sorted.slice(index * atOnce, (index + 1) * atOnce),
  );
}

async function hostOf(
  after: 'engine' | 'everything',
  preparation: Preparation,
  setting: StageSetting,
  before: Known | null,
): Promise<Known> {
  const ready = await (after === 'engine' ? preparation.engine : preparation.everything);
  if (before === null) {
    await noteHost(setting, ready);
    // What a dead run left in somebody's engine could not be seen before the engine was found.
    if (ready.engine?.private === false) await removeDead(setting.progress, ready.engine);
  }
  const { engine, host, missing } = ready;
  return {
    host,
    missing,
    engine: engine === null ? null : { socketPath: engine.socketPath, private: engine.private, netns: engine.netns },
    floor: [],
    warnings: [],
  };
}

async function noteHost({ journal }: StageSetting, { host }: Ready): Promise<void> {
  await appendEvent(journal, { type: 'host', host });
}

/** How quiet the machine is, now that nothing else of ours runs on it. */
async function noteNoise(
  setting: StageSetting,
  preparation: Preparation,
  renewals: readonly Warning[],
  spent: TimeSpent,
): Promise<Pick<Known, 'floor' | 'warnings'>> {
  const finish = setting.progress.step('noise of this machine, the same work against itself');
  const warnings = [...(await preflight())];
  const ready = await preparation.everything;
  const begunAt = performance.now();
  const floor = await floorOf(setting, ready);
  spent.workMs += performance.now() - begunAt;
  await appendEvent(setting.journal, { type: 'floor', floor });
  await appendEvent(setting.journal, { type: 'warnings', warnings: [...warnings, ...renewals] });
  finish(warnings.length === 0 ? 'known' : warnings.map(({ what, value }) => `${what} ${value}`).join(', '));
  return { floor, warnings };
}

function contextOf({ run, options, journal, lie }: StageSetting, known: Known | null): RunContext {
  return {
    run,
    profile: options.profile,
    seed: options.seed,
    journal,
    sabotage: lie,
    host: known?.host ?? null,
    engine: known?.engine ?? null,
    missing: known?.missing ?? {},
    floor: known?.floor ?? [],
    warnings: known?.warnings ?? [],
  };
}
