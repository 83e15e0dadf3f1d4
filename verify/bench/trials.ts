import { randomStream } from '../statistics/random.ts';
import { decide } from '../verdict/decide.ts';
import type { NoiseFloor } from '../verdict/evidence.ts';
import type { Rule } from '../verdict/rule.ts';
import { noises, plainNoise, trueMedian, type Noise } from './noise.ts';
import { momentsOf, runPairs, runSamples, type SimulatedPlan } from './virtual-run.ts';

const plans: readonly SimulatedPlan[] = [
  ...[10, 30, 100].map((n) => ({ name: `n = ${String(n)}`, atLeast: n, atMost: n, precision: null })),
  ...[0.05, 0.1, 0.2].map((precision) => ({
    name: `until within ${String(precision * 100)}%`,
    atLeast: 10,
    atMost: 200,
    precision,
  })),
];

/** A stream of its own for every row of every table. */
function streamFor(seed: number, table: number, place: number, step: number): () => number {
  return randomStream(((seed * 31 + table) * 31 + place) * 31 + step);
}

export interface CoverageRow {
  readonly estimate: 'median of samples' | 'ratio of pairs';
  readonly noise: string;
  readonly plan: string;
  /** Share of runs whose 95% interval holds the truth. */
  readonly covered: number;
  /** The same, where a run that no rule could decide wrongly counts as well: drift was seen and made it undecided. */
  readonly coveredOrUndecided: number;
  /** Mean width of the interval relative to the truth, and mean number of samples: the price. */
  readonly width: number;
  readonly n: number;
}

/** Coverage of the interval, and of the decision when the rule's threshold is the truth itself: the hardest place. */
export async function coverage(trials: number, seed: number): Promise<CoverageRow[]> {
  const rows: CoverageRow[] = [];
  for (const [place, noise] of noises.entries()) {
    for (const [step, plan] of plans.entries()) {
      const random = streamFor(seed, 1, place, step);
      rows.push(await coverageOf('median of samples', noise, plan, trials, random));
      rows.push(await coverageOf('ratio of pairs', noise, plan, trials, random));
    }
  }
  return rows;
}

async function coverageOf(
  estimate: CoverageRow['estimate'],
  noise: Noise,
  plan: SimulatedPlan,
  trials: number,
  random: () => number,
): Promise<CoverageRow> {
  let [covered, safe, width, n] = [0, 0, 0, 0];
  for (let trial = 0; trial < trials; trial += 1) {
    const { truth, outcome } =
      estimate === 'median of samples' ? await medianTrial(noise, plan, random) : await ratioTrial(noise, plan, random);
    const interval = outcome.estimate?.interval ?? [-Infinity, Infinity];
    if (interval[0] <= truth && truth <= interval[1]) covered += 1;
    if (outcome.kind === 'undecided') safe += 1;
    width += (interval[1] - interval[0]) / truth;
    n += outcome.estimate?.n ?? 0;
  }
  return {
    estimate,
    noise: noise.name,
    plan: plan.name,
    covered: covered / trials,
    coveredOrUndecided: safe / trials,
    width: width / trials,
    n: n / trials,
  };
}

async function medianTrial(noise: Noise, plan: SimulatedPlan, random: () => number) {
  const evidence = await runSamples(noise, plan, random);
  const truth = trueMedian(
    noise,
    momentsOf(
      evidence.series.samples.map(({ atMs }) => atMs),
      plan,
    ),
  );
  return { truth, outcome: decide({ kind: 'quantileBelow', quantile: 0.5, threshold: truth, unit: 's' }, evidence) };
}

const trueRatio = 1.2;

async function ratioTrial(noise: Noise, plan: SimulatedPlan, random: () => number) {
  const evidence = await runPairs(noise, trueRatio, plan, random);
  return { truth: trueRatio, outcome: decide({ kind: 'ratioAtMost', factor: trueRatio }, evidence) };
}

export interface ShareRow {
  readonly question: string;
  readonly noise: string;
  readonly share: number;
  readonly target: string;
  readonly met: boolean;
}

/** A against A: how often the interval excludes 1, and how often "more" or "less" is declared. */
export async function sameAgainstSame(trials: number, seed: number): Promise<ShareRow[]> {
  const rows: ShareRow[] = [];
  for (const [place, noise] of noises.entries()) {
    for (const [step, plan] of plans.entries()) {
      const random = streamFor(seed, 2, place, step);
      let different = 0;
      for (let trial = 0; trial < trials; trial += 1) {
        const evidence = await runPairs(noise, 1, plan, random);
        // Holds: the whole interval lies at or above 1. Fails: below.
        if (decide({ kind: 'ratioAtLeast', factor: 1 }, evidence).kind !== 'undecided') different += 1;
      }
      rows.push(row(`A against A decided as different, ${plan.name}`, noise.name, different / trials, 'at most', 0.05));
    }
  }
  return rows;
}

const nonInferior: Rule = { kind: 'notCostlier', margin: 0.05 };
const usual: SimulatedPlan = { name: 'precision', atLeast: 10, atMost: 60, precision: 0.05 };

/** What non-inferiority declares at 5% noise, by true ratio, under the plan that checks get by default. */
export async function power(trials: number, seed: number): Promise<ShareRow[]> {
  const noise = plainNoise(0.05);
  const cases = [
    { ratio: 1, floor: false, direction: 'at least', target: 0.8 },
    { ratio: 1, floor: true, direction: 'at least', target: 0.8 },
    { ratio: 1.05, floor: false, direction: 'at most', target: 0.05 },
    { ratio: 1.1, floor: false, direction: 'at most', target: 0.05 },
    { ratio: 1.1, floor: true, direction: 'at most', target: 0.05 },
  ] as const;
  const rows: ShareRow[] = [];
  for (const [place, { ratio, floor, direction, target }] of cases.entries()) {
    const random = streamFor(seed, 3, place, 0);
    let held = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const context = floor ? { floor: await simulatedFloor(noise, random) } : {};
      if (decide(nonInferior, await runPairs(noise, ratio, usual, random), context).kind === 'holds') held += 1;
    }
    const beside = floor ? ', beside a floor of the same noise' : '';
    const question = `Non-inferiority within 5% declared at a true ratio of ${String(ratio)}${beside}`;
    rows.push(row(question, noise.name, held / trials, direction, target));
  }
  return rows;
}

async function simulatedFloor(noise: Noise, random: () => number): Promise<NoiseFloor> {
  const entries = (['host', 'container'] as const).map(async (where) => {
    const { subject, baseline } = await runPairs(
      noise,
      1,
      { name: '', atLeast: 40, atMost: 40, precision: null },
      random,
    );
    return { where, clock: 'cpu' as const, first: subject, second: baseline };
  });
  return await Promise.all(entries);
}

function row(
  question: string,
  noise: string,
  share: number,
  direction: 'at least' | 'at most',
  target: number,
): ShareRow {
  const met = direction === 'at least' ? share >= target : share <= target;
  return { question, noise, share, target: `${direction} ${String(target * 100)}%`, met };
}
