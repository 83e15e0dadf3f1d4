import { normalAbove } from '../statistics/normal.ts';

/** One bell of a mixture: how likely, where, how wide. */
interface Bell {
  readonly weight: number;
  readonly mean: number;
  readonly sd: number;
}

/**
 * A made-up quantity. `at` gives its mixture of normal distributions at a moment between 0 (begin) and 1 (time cap);
 * where `logarithmic`, what is measured is the exponential of that.
 */
export interface Noise {
  readonly name: string;
  readonly logarithmic: boolean;
  readonly at: (moment: number) => readonly Bell[];
}

const bell = (mean: number, sd: number): readonly Bell[] => [{ weight: 1, mean, sd }];

/** Coefficient of variation of the plain bell; the others are of like width or wider. */
const sd = 0.1;

export const noises: readonly Noise[] = [
  { name: 'normal', logarithmic: false, at: () => bell(1, sd) },
  { name: 'log-normal', logarithmic: true, at: () => bell(0, 0.3) },
  { name: 'two peaks, 70 to 30', logarithmic: false, at: () => peaks(0.7) },
  { name: 'two peaks, 50 to 50', logarithmic: false, at: () => peaks(0.5) },
  { name: 'drifting: steady rise by 50%', logarithmic: false, at: (moment) => bell(1 + 0.5 * moment, sd) },
  { name: 'drifting: steady rise by 5%', logarithmic: false, at: (moment) => bell(1 + 0.05 * moment, sd) },
  {
    name: 'drifting: a third higher from the middle on',
    logarithmic: false,
    at: (moment) => bell(moment < 0.5 ? 1 : 4 / 3, sd),
  },
  {
    name: 'drifting: a slow wave of 20%',
    logarithmic: false,
    at: (moment) => bell(1 + 0.2 * Math.sin(2 * Math.PI * moment), sd),
  },
];

function peaks(weight: number): readonly Bell[] {
  return [
    { weight, mean: 1, sd: 0.03 },
    { weight: 1 - weight, mean: 1.4, sd: 0.03 },
  ];
}

/** Gaussian noise of this coefficient of variation around 1. */
export function plainNoise(coefficient: number): Noise {
  return { name: `normal, ${String(coefficient * 100)}%`, logarithmic: false, at: () => bell(1, coefficient) };
}

/** One value, at a moment of the run. */
export function draw(noise: Noise, moment: number, random: () => number): number {
  let left = random();
  const bells = noise.at(moment);
  const chosen = bells.find(({ weight }) => (left -= weight) < 0) ?? bells.at(-1);
  if (chosen === undefined) return NaN;
  const value = chosen.mean + chosen.sd * standardNormal(random);
  return noise.logarithmic ? Math.exp(value) : value;
}

/** Box and Muller, Ann. Math. Statist. 29 (1958) 610-611. */
function standardNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The true median over all these moments together: where half of the mixture lies below. */
export function trueMedian(noise: Noise, moments: readonly number[]): number {
  const bells = moments.flatMap((moment) => noise.at(moment));
  const total = bells.reduce((sum, { weight }) => sum + weight, 0);
  const above = (x: number) =>
    bells.reduce((sum, { weight, mean, sd: width }) => sum + weight * normalAbove((x - mean) / width), 0);
  let [low, high] = [-10, 10];
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (above(middle) > total / 2) low = middle;
    else high = middle;
  }
  return noise.logarithmic ? Math.exp(low) : low;
}
