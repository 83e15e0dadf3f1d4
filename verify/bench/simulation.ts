import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { simulationPage } from './simulation-page.ts';
import { coverage, power, sameAgainstSame, type CoverageRow, type ShareRow } from './trials.ts';

/** Least share of intervals that must hold the truth, or whose finding is undecided. */
const coverageTarget = 0.93;

export interface Simulation {
  readonly generated: string;
  readonly trials: number;
  readonly seed: number;
  readonly coverageTarget: number;
  readonly coverage: readonly CoverageRow[];
  readonly sameAgainstSame: readonly ShareRow[];
  readonly power: readonly ShareRow[];
}

/** Judges made-up measurements, whose truth is known, with the real plans and rules. The same seed gives the same tables. */
export async function simulate(trials: number, seed: number): Promise<Simulation> {
  return {
    generated: 'by verify/bench/simulation.ts; do not edit',
    trials,
    seed,
    coverageTarget,
    coverage: await coverage(trials, seed),
    sameAgainstSame: await sameAgainstSame(trials, seed),
    power: await power(trials, seed),
  };
}

/** Sentences for what missed its target; empty is good. */
export function missedTargets(simulation: Simulation): string[] {
  const low = simulation.coverage.filter(({ coveredOrUndecided }) => coveredOrUndecided < simulation.coverageTarget);
  const shares = [...simulation.sameAgainstSame, ...simulation.power].filter(({ met }) => !met);
  return [
    ...low.map(
      ({ estimate, noise, plan, coveredOrUndecided }) =>
        `${estimate}, ${noise}, ${plan}: covered or undecided in only ${(coveredOrUndecided * 100).toFixed(1)}%.`,
    ),
    ...shares.map(
      ({ question, noise, share, target }) => `${question}, ${noise}: ${(share * 100).toFixed(1)}%, not ${target}.`,
    ),
  ];
}

/** Writes docs/simulation.json and docs/simulation.md. Returns the targets missed. */
export async function writeSimulation(trials: number, seed: number): Promise<string[]> {
  const simulation = await simulate(trials, seed);
  const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
  await mkdir(docs, { recursive: true });
  await writeFile(`${docs}simulation.json`, `${JSON.stringify(simulation, null, 2)}\n`);
  await writeFile(`${docs}simulation.md`, simulationPage(simulation));
  return missedTargets(simulation);
}

if (import.meta.main) {
  const missed = await writeSimulation(Number(process.argv[2] ?? 10_000), 1);
  for (const sentence of missed) process.stderr.write(`${sentence}\n`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}
