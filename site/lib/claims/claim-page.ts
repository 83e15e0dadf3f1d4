import type { ClaimRecord, FindingRecord } from '../../../verify/record/record.ts';
import { wholeSighting } from '../records/index.ts';
import type { RunFacts } from '../records/summary.ts';
import type { SiteClaim } from './catalogue.ts';
import { checkSource, type CheckSource } from './check-source.ts';

/** Everything that a claim's page shows. Without a run on record there is no `measured`. */
export interface ClaimPage {
  readonly claim: SiteClaim;
  readonly measured: { readonly record: RunFacts; readonly claim: ClaimRecord } | undefined;
  readonly source: CheckSource | undefined;
}

export async function claimPage(claim: SiteClaim): Promise<ClaimPage> {
  const { current } = claim.standing;
  const [measured, source] = await Promise.all([current && wholeSighting(current), checkSource(claim.id)]);
  return { claim, measured, source };
}

/** The page that a component in a claim's prose stands on. */
export function pageOf(locals: App.Locals): ClaimPage {
  if (locals.claim === undefined) throw new Error('This component stands in the prose of a claim and nowhere else.');
  return locals.claim;
}

/** A finding by name; a claim's prose that names one which its frontmatter does not declare ends the build. */
export function findingOf({ claim, measured }: ClaimPage, id: string): FindingRecord | undefined {
  const declared = Object.keys(claim.entry.data.findings);
  if (!declared.includes(id)) {
    throw new Error(
      `The prose of ${claim.id} names the finding "${id}"; the claim declares ${declared.join(', ') || 'none'}.`,
    );
  }
  return measured?.claim.findings.find((finding) => finding.id === id);
}

/** The line at the head of the page: why this verdict, or that there is none yet. */
export function resultSentence({ claim, measured }: ClaimPage): string {
  if (measured !== undefined) return measured.claim.summary;
  return claim.entry.data.kind === 'attributed'
    ? 'No experiment settles it; what can be measured of it has not been run yet.'
    : 'It has not been run yet on any machine whose record is here.';
}
