import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { claimsRoot } from '../claim/root.ts';
import { cacheRoot, runsRoot } from '../lab/places.ts';
import type { FindingRecord } from '../record/record.ts';
import type { Outcome } from '../verdict/verdict.ts';

/** An outcome whose reason names no place of this machine. */
export function tidyOutcome<T extends Outcome>(outcome: T): T {
  return 'because' in outcome ? { ...outcome, because: withoutPaths(outcome.because) } : outcome;
}

/** A finding whose reasons, and those of its controls, name none either. What was observed stays word for word. */
export function tidyFinding(finding: FindingRecord): FindingRecord {
  const controls = finding.controls.map((control) => ({ ...control, outcome: tidyOutcome(control.outcome) }));
  return { ...finding, outcome: tidyOutcome(finding.outcome), controls };
}

/** The text without the places of this machine: a message may quote a file's path, and a record is fit to publish. */
export function withoutPaths(text: string): string {
  const project = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
  const places: readonly (readonly [string, string])[] = [
    [claimsRoot(), 'claims'],
    [project, '.'],
    [cacheRoot(), '(cache)'],
    [runsRoot(), '(run)'],
    [homedir(), '~'],
  ];
  return (
    places
      // /root is in every container and guest too, and names nobody.
      .filter(([path]) => path.length > 1 && path !== '/root')
      .reduce((shorter, [path, name]) => shorter.replaceAll(path, name), text)
  );
}
