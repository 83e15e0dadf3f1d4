import type { Bound, Evidence, Quantity, Unit } from '../verdict/evidence.ts';

/** What a run lends to a measurement: its clock, its patience, its chance. */
export interface MeasureContext {
  /** Milliseconds since the measurement began, never falling. */
  readonly elapsedMs: () => number;
  /** Sampling ends at this time, with what it has, once it has what its rule needs. */
  readonly capMs: number;
  /** Numbers in [0, 1) from the run's recorded seed. */
  readonly random: () => number;
  readonly profile: 'quick' | 'full';
  /** Only that it works is of interest: nothing is judged, so two samples of each are enough. */
  readonly rehearsal?: boolean;
  readonly signal: AbortSignal;
}

/** A plan for taking evidence; nothing happens until it is run. */
export interface Measurement {
  readonly kind: Evidence['kind'];
  run(context: MeasureContext): Promise<Evidence>;
}

/** As much of a subject as a number needs to be labelled honestly. */
export interface Measured {
  readonly label: string;
  readonly emulated: boolean;
}

/** What a number is. */
export interface Kind {
  readonly quantity: Quantity;
  readonly unit: Unit;
  readonly clock: 'wall' | 'cpu' | 'none';
  /** Only where it differs from what emulation and quantity give: shares, memory. */
  readonly bound?: Bound;
}

/** When to stop. Never on significance. */
export interface Plan {
  /** Takes that are discarded first. Default 1. */
  readonly warmups?: number;
  /** What the rule needs; below it only an abort ends sampling. Default 10. */
  readonly atLeast?: number;
  /** Default 40 samples, 60 pairs, 30 rounds; the quick profile takes half, but never below `atLeast`. */
  readonly atMost?: number;
  /**
   * Stop once the interval is no wider than this share of its value; null: never. Default 0.05. Plans that take exactly
   * `atLeast` = `atMost` samples stop as planned.
   */
  readonly precision?: number | null;
}

/** One measurement; a rejection is a fault of the lab and ends the finding. */
export type Take = () => Promise<number>;

export { samples, replay, replayPaired } from './samples.ts';
export { paired } from './paired.ts';
export { ladder } from './ladder.ts';
export { truth, values, amount, amounts } from './observe.ts';
