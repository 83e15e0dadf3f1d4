import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createVitest, type CliOptions, type Vitest } from 'vitest/node';
import type { Claim } from '../claim/catalogue.ts';
import { claimsRoot } from '../claim/root.ts';
import { listProcesses, type ProcessEntry } from '../lab/host/process.ts';
import { lanes } from './lanes.ts';
import { longestFirstSequencer } from './longest-first.ts';
import { withoutHandlers } from './without-handlers.ts';

export interface CheckRunner extends AsyncDisposable {
  /** Runs these claims' checks side by side; what they find is in the journal. Resolves with what vitest could not run. */
  run(claims: readonly Claim[]): Promise<readonly CheckCrash[]>;
  /** Stops what runs and starts nothing more. */
  cancel(): Promise<void>;
}

/** A check file that could not be loaded, or a process that died under it. */
export interface CheckCrash {
  readonly file: string;
  readonly message: string;
}

/**
 * Vitest, headless, as the runner of checks. Checks that are run together share as many processes as run side by side,
 * one after the other, since to load the lab takes longer than some checks do; one that is run alone has its own.
 * @param durations ms that each claim took the last time, where known, from which follows their order
 */
export async function startChecks(
  onPrinted: (text: string) => void,
  durations: ReadonlyMap<string, number>,
): Promise<CheckRunner> {
  const crashes: CheckCrash[] = [];
  const options: CliOptions = {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    dir: claimsRoot(),
    config: false,
    watch: false,
    include: ['**/*.check.ts'],
    pool: 'forks',
    isolate: false,
    maxWorkers: lanes.crowded,
    sequence: { sequencer: longestFirstSequencer(durations) },
    passWithNoTests: true,
    // The claim's own limit, with its reason in the record, replaces vitest's.
    testTimeout: 0,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
    reporters: [
      {
        onUserConsoleLog: (log) => {
          onPrinted(log.content);
        },
        onTestModuleEnd: (module) => {
          const failed = [...module.children.allTests('failed')].flatMap((test) => test.result().errors ?? []);
          for (const error of [...module.errors(), ...failed]) {
            crashes.push({ file: module.moduleId, message: error.message });
          }
        },
      },
    ],
  };
  const vitest = await withoutHandlers(() => createVitest(options, { logLevel: 'silent' }));
  const { promise: noWorkerLives, resolve: tellNoWorkerLives } = Promise.withResolvers<undefined>();
  return {
    run: async (claims) => {
      // A worker that a signal ended as it started is one for which vitest waits for ever.
      await Promise.race([runClaims(vitest, claims), noWorkerLives]);
      return crashes.splice(0);
    },
    cancel: async () => {
      void untilNoWorkerLives().then(tellNoWorkerLives);
      await vitest.cancelCurrentRun('keyboard-input');
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.race([vitest.close(), noWorkerLives]);
    },
  };
}

/** Resolves a while after the last process of a check has gone; a check that is called off takes time to clean up. */
async function untilNoWorkerLives(): Promise<undefined> {
  const isWorker = ({ parent, argv }: ProcessEntry): boolean =>
    parent === process.pid && argv.some((word) => word.includes('node_modules/vitest/'));
  for (let idle = 0; idle < 10; idle += 1) {
    await delay(200);
    if (listProcesses().some(isWorker)) idle = -1;
  }
}

async function runClaims(vitest: Vitest, claims: readonly Claim[]): Promise<void> {
  const files = new Set(claims.map(({ checkFile }) => checkFile));
  const found = await vitest.globTestSpecifications();
  await vitest.runTestSpecifications(found.filter(({ moduleId }) => files.has(moduleId)));
}
