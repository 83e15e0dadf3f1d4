import type { Need } from '../claim/claim.ts';

/** The reason why the first unmet need is unmet, or null where the machine has all of them. */
export function missingNeed(needs: readonly Need[], missing: Readonly<Partial<Record<Need, string>>>): string | null {
  for (const need of needs) {
    const reason = missing[need];
    if (reason !== undefined) return reason;
  }
  return null;
}
