import { relative } from 'node:path';
import { expect, test } from 'vitest';
import type { Lab } from './lab.ts';
import { claimsRoot } from '../claim/root.ts';
import type { FindingPlan, SupportingPlan } from './finding.ts';
import type { PartVerdict } from './parts.ts';
import { runCheck } from './run-check.ts';
import type { Exhibit } from '../record/record.ts';

/** What a check file is handed. */
export interface CheckKit {
  readonly lab: Lab;
  /** Settles one judged finding of the frontmatter: measures it, runs its controls, decides by its rule. */
  readonly finding: (id: string, plan: FindingPlan) => Promise<void>;
  /** The same for a finding that is shown and never counted; it may do without a control. */
  readonly supporting: (id: string, plan: SupportingPlan) => Promise<void>;
  /** What came out for the claims that the frontmatter names as this one's parts. */
  readonly parts: () => Promise<readonly PartVerdict[]>;
  /** Leaves a table for the claim's page. */
  readonly exhibit: (exhibit: Exhibit) => Promise<void>;
}

export type CheckFunction = (kit: CheckKit) => Promise<void>;

/** The claim id that a check file's path states: `claims/<topic>/<claim>.check.ts`. */
function claimIdOfCheckFile(file: string): string {
  return relative(claimsRoot(), file).replace(/\.check\.ts$/, '');
}

/**
 * Declares the experiment of the claim beside which this file lies. The default export of every `*.check.ts`.
 * Vitest runs it; verdicts go to the run's journal, so the test passes when the check ran to its end, whatever it found.
 */
export function check(body: CheckFunction): CheckFunction {
  const file = expect.getState().testPath;
  if (file === undefined) throw new Error('check() is for *.check.ts files that vitest runs (npm run verify).');
  const id = claimIdOfCheckFile(file);
  test(id, async ({ signal }) => {
    await runCheck(id, body, signal);
  });
  return body;
}
