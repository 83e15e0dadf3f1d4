import type { FindingRecord } from '../../../verify/record/record.ts';
import { findingStrips } from '../chart/finding-strips.ts';
import { isEmulated } from '../claims/finding-words.ts';
import type { SiteClaim } from '../claims/catalogue.ts';
import { isoDay } from '../format/date.ts';
import { boundInWords, estimateInWords } from '../format/estimate.ts';
import { absolute } from '../links.ts';
import { wholeSighting } from '../records/index.ts';
import type { Sighting } from '../records/current.ts';
import { ruleSentence } from '../../../verify/verdict/rule-sentence.ts';
import { outcomeWords } from '../verdict-words.ts';
import type { Figure } from './finding-figure.ts';

/** The picture of a finding as a claim's current run has it; nothing where it has no samples. */
export function figureOf(
  { id, entry }: SiteClaim,
  finding: FindingRecord,
  { run }: Sighting,
  site: URL | undefined,
): Figure | undefined {
  const strips = findingStrips(finding);
  if (strips.length === 0) return undefined;
  const { outcome, evidence, rule } = finding;
  const estimate = outcome.estimate && estimateInWords(outcome.estimate);
  const bound = outcome.estimate && boundInWords(outcome.estimate.bound);
  return {
    title: finding.label,
    notes: [
      ...(estimate === undefined ? [] : [`${estimate.value}, ${estimate.interval}.`]),
      `${outcomeWords[outcome.kind].label}. ${ruleSentence(rule)}`,
      ...(isEmulated(evidence) ? [`Taken in an emulated guest. ${bound ?? ''}`.trim()] : []),
    ],
    strips,
    source: `“${entry.data.statement}” Bare Claims, ${absolute(`/claims/${id}/`, site)}, ${isoDay(run.endedAt)}, run ${run.run}. ${run.hostClass.label}. CC BY 4.0.`,
  };
}

/** Every finding that a claim declares and that has a picture in its current run, with the run. */
export async function picturedFindings({
  entry,
  standing,
}: SiteClaim): Promise<readonly { id: string; finding: FindingRecord; current: Sighting }[]> {
  const { current } = standing;
  if (current === undefined) return [];
  const { claim } = await wholeSighting(current);
  return claim.findings
    .filter((finding) => finding.id in entry.data.findings && findingStrips(finding).length > 0)
    .map((finding) => ({ id: finding.id, finding, current }));
}
