import type { NoiseFloor } from './evidence.ts';

/** Confidence of every interval that decides. */
export const confidence = 0.95;

/** What a run knows of itself that bears on outcomes. Judging without it changes nothing but that. */
export interface JudgeContext {
  /** A against A, measured in this run. */
  readonly floor?: NoiseFloor;
  /** Preflight's doubts; those that lower make wall-clock numbers one-sided. */
  readonly warnings?: readonly { readonly what: string; readonly value: string; readonly lowers: boolean }[];
  /** For controls: judge what was measured, not what it says of other hardware or of a quiet machine. */
  readonly asMeasured?: boolean;
}
