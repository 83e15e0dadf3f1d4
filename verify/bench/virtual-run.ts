import { paired, samples, type MeasureContext } from '../measure/measurement.ts';
import type { Evidence } from '../verdict/evidence.ts';
import { draw, type Noise } from './noise.ts';

/** A sampling plan as a simulated check states it. */
export interface SimulatedPlan {
  readonly name: string;
  readonly atLeast: number;
  readonly atMost: number;
  readonly precision: number | null;
}

/** Seconds that one take lasts, and the time cap: what a check of the full profile has. */
const takeMs = 250;
const capMs = 40_000;

const subject = { label: 'A', emulated: false };
const baseline = { label: 'B', emulated: false };
const kind = { quantity: 'cost', unit: 's', clock: 'cpu' } as const;
type Of<Kind extends Evidence['kind']> = Extract<Evidence, { kind: Kind }>;

/** The real sampling plans, with a clock that only moves when a sample is taken and samples that are drawn. */
export async function runSamples(noise: Noise, plan: SimulatedPlan, random: () => number): Promise<Of<'samples'>> {
  const { context, take } = virtual(random, capOf(plan, 1));
  const measured = await samples({ ...kind, ...plan, warmups: 0, subject, take: take(noise) }).run(context);
  if (measured.kind !== 'samples') throw new Error(`samples() gave ${measured.kind}`);
  return measured;
}

/** `ratio`: how much more A really costs. Both sides share what drifts. */
export async function runPairs(
  noise: Noise,
  ratio: number,
  plan: SimulatedPlan,
  random: () => number,
): Promise<Of<'paired'>> {
  const { context, take } = virtual(random, capOf(plan, 2));
  const measured = await paired({
    ...kind,
    ...plan,
    warmups: 0,
    subject: { subject, take: take(noise, ratio) },
    baseline: { subject: baseline, take: take(noise) },
  }).run(context);
  if (measured.kind !== 'paired') throw new Error(`paired() gave ${measured.kind}`);
  return measured;
}

/** A fixed number of samples must not be cut by the cap, and drift must run its course within it. */
function capOf({ precision, atMost }: SimulatedPlan, takes: number): number {
  return precision === null ? atMost * takes * takeMs : capMs;
}

/** Moments of the samples as the noise saw them: 0 to 1. */
export function momentsOf(atMs: readonly number[], plan: SimulatedPlan): number[] {
  return atMs.map((at) => at / capOf(plan, 1));
}

function virtual(random: () => number, cap: number) {
  let now = 0;
  const context: MeasureContext = {
    elapsedMs: () => now,
    capMs: cap,
    random,
    profile: 'full',
    signal: new AbortController().signal,
  };
  const take =
    (noise: Noise, factor = 1) =>
    () => {
      const value = factor * draw(noise, now / cap, random);
      now += takeMs;
      return Promise.resolve(value);
    };
  return { context, take };
}
