import type { Difference } from './expected.ts';
import type { RunRecord } from './record.ts';

/** What a run came to, for scripts; the worst wins. Wrong usage (4) is thrown before there is a record. */
export type ExitStatus = 0 | 1 | 2 | 3 | 130;

export interface RunEnd {
  /** null: the run ended before it had one. */
  readonly record: RunRecord | null;
  readonly differences: readonly Difference[];
  readonly strict: boolean;
  readonly interrupted: boolean;
}

/** 130 interrupted, 3 nothing could be run, 2 something is broken, 1 a verdict changed under `--strict`, else 0. */
export function exitStatus({ record, differences, strict, interrupted }: RunEnd): ExitStatus {
  if (interrupted) return 130;
  if (record === null || record.claims.every(({ verdict }) => verdict === 'not-run')) return 3;
  if (record.claims.some(isBroken)) return 2;
  return strict && differences.some(({ kind }) => kind === 'changed') ? 1 : 0;
}

/** A broken supporting finding decides nothing, and is a fault all the same. */
export function isBroken({ verdict, findings }: RunRecord['claims'][number]): boolean {
  return verdict === 'broken' || findings.some(({ outcome }) => outcome.kind === 'broken');
}
