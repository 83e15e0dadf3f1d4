import type { Verdict } from '../verdict/verdict.ts';

/**
 * Whose word a record is. `ci`: the project's own workflow, whose attestation names it. `contributed`: somebody's
 * machine. `reproduced`: somebody's machine that found again what another run on file had found. It follows from what is
 * on file; a record does not say it of itself.
 */
export type RecordClass = 'ci' | 'contributed' | 'reproduced';

/** A run, as far as it matters here. */
export interface Finder {
  readonly run: string;
  readonly claims: Iterable<{
    readonly id: string;
    readonly verdict: Verdict;
    /** sha256 of the check that ran. */
    readonly check: string | null;
  }>;
}

const decided = (verdict: Verdict): boolean => ['verified', 'refuted', 'mixed'].includes(verdict);

/** Whether a run decided what other runs had decided with the very same checks, at least once, and never otherwise. */
export function reproduces(finder: Finder, others: readonly Finder[]): boolean {
  const before = new Map<string, Set<Verdict>>();
  for (const { run, claims } of others) {
    if (run === finder.run) continue;
    for (const { id, check, verdict } of claims) {
      const key = `${id} ${String(check)}`;
      if (decided(verdict) && check !== null) before.set(key, (before.get(key) ?? new Set()).add(verdict));
    }
  }
  const again = [...finder.claims].filter(({ verdict }) => decided(verdict));
  const shared = again.flatMap(({ id, check, verdict }) => {
    const known = before.get(`${id} ${String(check)}`);
    return known === undefined ? [] : [known.has(verdict)];
  });
  return shared.length > 0 && shared.every((same) => same);
}
