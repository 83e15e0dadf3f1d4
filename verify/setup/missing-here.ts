import type { Need } from '../claim/claim.ts';
import { collectMachine } from './doctor/collect.ts';
import { diagnose } from './doctor/diagnose.ts';

/** What this machine cannot give, each with the sentence that says why: a forecast, for which nothing is started. */
export async function missingHere(): Promise<Partial<Record<Need, string>>> {
  const missing: Partial<Record<Need, string>> = {};
  for (const { unmet, says, fix } of diagnose(await collectMachine({ probe: false }))) {
    for (const need of unmet) missing[need] ??= fix === null ? says : `${says} To mend it: ${fix}`;
  }
  return missing;
}
