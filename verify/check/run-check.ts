import { bothAskings } from './both-askings.ts';
import { claimRecord, unreported } from './claim-record.ts';
import type { CheckFunction } from './check.ts';
import { runFinding, type FindingSetting } from './finding.ts';
import { openLab } from './lab.ts';
import { metered } from './meter.ts';
import { partVerdicts } from './parts.ts';
import { readRunContext, type RunContext } from './run-context.ts';
import { randomStream } from './random.ts';
import { describeProblem } from './reason.ts';
import { noLongerThan, timeLimit } from './time-limit.ts';
import { tidyFinding, withoutPaths } from './without-paths.ts';
import { LabError, NotHereError } from '../lab/errors.ts';
import type { PrivateEngine } from '../lab/engine/types.ts';
import { startMeter, type Spent } from '../lab/meter.ts';
import { loadClaim, type Claim } from '../claim/catalogue.ts';
import type { FindingSpec } from '../claim/claim.ts';
import type { MeasureContext } from '../measure/measurement.ts';
import { appendEvent } from '../record/journal.ts';
import type { Exhibit, FindingRecord } from '../record/record.ts';

/** Ctrl-C reaches every process of the terminal; the run then calls its checks off, and they clean up behind them. */
const unmoved = (): void => undefined;

/** Runs one check in the process that vitest gave it and writes what comes out to the run's journal. */
export async function runCheck(id: string, body: CheckFunction, signal: AbortSignal): Promise<void> {
  // Not added twice: the process may have run another check before.
  for (const name of ['SIGINT', 'SIGHUP'] as const) process.off(name, unmoved).on(name, unmoved);
  const context = await readRunContext();
  const claim = await loadClaim(id);
  if (claim === null) throw new Error(`No claim ${id} beside its check: claims/${id}.mdx is missing or invalid.`);
  const [startedAt, begun] = [new Date(), performance.now()];
  await appendEvent(context.journal, {
    type: 'claim-start',
    id,
    revision: claim.frontmatter.revision,
    digests: claim.digests,
    combine: claim.frontmatter.combine,
    startedAt: startedAt.toISOString(),
  });
  const result = await settleAgainIfEngineEnded(claim, body, context, signal);
  // Interrupted: the journal then holds what was settled and no end, so that `--resume` runs the check again.
  if (signal.aborted) return;
  await appendEvent(context.journal, {
    type: 'claim-end',
    claim: claimRecord(claim, startedAt, performance.now() - begun, result),
  });
  // What was left behind goes on in this process, and must not meet the next check there.
  if (result.leftBehind) process.kill(process.pid, 'SIGKILL');
}

export interface CheckResult {
  readonly findings: readonly FindingRecord[];
  readonly exhibits: readonly Exhibit[];
  readonly log: string;
  /** Absent where the check did not come to run. */
  readonly spent?: Spent;
  /** Whether the check, or its cleaning up, may go on although its time is over. */
  readonly leftBehind?: boolean;
  /** What engines of the check's own logged last that ended although nobody told them to. */
  readonly endedEngines?: readonly string[];
}

/**
 * An engine that a check has of its own can crash as any other program can, and then nothing is known of the claim: the
 * check is run once more. What had come to an outcome stands.
 */
async function settleAgainIfEngineEnded(
  claim: Claim,
  body: CheckFunction,
  context: RunContext,
  signal: AbortSignal,
): Promise<CheckResult> {
  const first = await settle(claim, body, context, signal);
  const { endedEngines = [], leftBehind = false } = first;
  const isStruck = first.findings.some(({ outcome }) => outcome.kind === 'broken');
  if (!isStruck || leftBehind || endedEngines.length === 0) return first;
  const log = `${first.log}\n${withoutPaths(endedEngines.join('\n'))}`;
  const second = await settle(claim, body, context, signal);
  return {
    ...bothAskings({ ...first, log }, second, 'for an engine of its own had ended by itself'),
    leftBehind: second.leftBehind ?? false,
  };
}

/** How long a check may take to remove what it made, where an engine answers no more or very late. */
const cleaningMs = 120_000;
const notCleaned = `What the check made was not removed within ${String(cleaningMs / 1000)} s. It goes at the run's end.`;

async function settle(
  claim: Claim,
  body: CheckFunction,
  context: RunContext,
  interrupted: AbortSignal,
): Promise<CheckResult> {
  const meter = startMeter();
  const findings: FindingRecord[] = [];
  const exhibits: Exhibit[] = [];
  using limit = timeLimit(claim.frontmatter.timeoutSeconds, interrupted);
  const { signal } = limit;
  const setting = findingSetting(claim, context, signal);
  const settleOne = async (...[id, plan, role]: [string, Parameters<typeof runFinding>[1], FindingSpec['role']]) => {
    const record = tidyFinding(await runFinding(id, plan, role, setting));
    // What was called off on the way has no outcome, and what comes after the end is not told.
    signal.throwIfAborted();
    findings.push(record);
    await appendEvent(context.journal, { type: 'finding', claim: claim.id, finding: record });
  };
  let problem: unknown;
  let cleaned = false;
  const engines: PrivateEngine[] = [];
  let endedEngines: readonly string[] = [];
  try {
    const lab = metered(
      await openLab(context, claim.id, signal, (engine) => {
        engines.push(engine);
      }),
      meter,
    );
    await using _cleaned = {
      [Symbol.asyncDispose]: async () => {
        endedEngines = engines.flatMap((engine) => engine.endedByItself() ?? []);
        await noLongerThan(lab[Symbol.asyncDispose](), cleaningMs, new LabError(notCleaned));
        cleaned = true;
      },
    };
    const running = body({
      lab,
      finding: (id, plan) => settleOne(id, plan, 'judged'),
      supporting: (id, plan) => settleOne(id, plan, 'supporting'),
      parts: () => partVerdicts(claim, context),
      exhibit: async (exhibit) => {
        signal.throwIfAborted();
        exhibits.push(exhibit);
        await appendEvent(context.journal, { type: 'exhibit', claim: claim.id, exhibit });
      },
    });
    // A check that heeds no signal is left behind; what it made goes with the lab.
    await Promise.race([running, limit.reached]);
  } catch (error) {
    problem = error;
  }
  const said = problem === undefined ? null : describeProblem(problem, context.engine?.socketPath ?? null);
  const outcome = reasonFor(problem, said, claim, signal);
  const missing = unreported(claim, findings, () => outcome);
  return {
    findings: [...findings, ...missing],
    exhibits,
    spent: meter.spent(),
    leftBehind: signal.aborted || !cleaned,
    endedEngines,
    log: withoutPaths(said ?? ''),
  };
}

function findingSetting(claim: Claim, context: RunContext, signal: AbortSignal): FindingSetting {
  const measureContext = (name: string): MeasureContext => {
    const startedAt = performance.now();
    return {
      elapsedMs: () => performance.now() - startedAt,
      capMs: measuringCapMs[context.profile],
      random: randomStream(context.seed, `${claim.id}#${name}`),
      profile: context.profile,
      signal,
    };
  };
  return { claim, context, measureContext };
}

/** The most time that one series of samples may take; sampling then stops with what it has. */
const measuringCapMs = { quick: 12_000, full: 40_000 } as const;

function reasonFor(problem: unknown, said: string | null, claim: Claim, signal: AbortSignal): FindingRecord['outcome'] {
  if (problem instanceof NotHereError) return { kind: 'not-run', because: problem.message };
  if (signal.aborted) {
    return {
      kind: 'undecided',
      because: `time ran out: the check may take ${String(claim.frontmatter.timeoutSeconds)} s`,
    };
  }
  return said === null
    ? { kind: 'broken', because: 'the check ended without settling this finding' }
    : { kind: 'broken', because: `the check failed: ${said.split('\n')[0] ?? ''}` };
}
