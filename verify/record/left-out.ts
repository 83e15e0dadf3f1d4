import type { ClaimRecord, FindingRecord, RunRecord } from './record.ts';

/** How the reason of a finding begins that only the full profile settles. */
export const leftOutOfQuick = 'left out of the quick profile';

const isLeftOut = ({ outcome }: Pick<FindingRecord, 'outcome'>): boolean =>
  outcome.kind === 'not-run' && outcome.because.startsWith(leftOutOfQuick);

/** Whether a claim has no verdict because the quick profile left out what would have given it one. */
export function lacksFullProfile({ verdict, findings }: Pick<ClaimRecord, 'verdict' | 'findings'>): boolean {
  return verdict === 'not-run' && findings.some(isLeftOut);
}

/** A sentence that names the findings which the quick profile left out, claim by claim; null where it left out none. */
export function leftOutSentence({ claims }: Pick<RunRecord, 'claims'>): string | null {
  const left = claims.flatMap(({ id, findings }) => {
    const out = findings.filter(isLeftOut);
    const all = out.length === findings.length;
    return out.length === 0 ? [] : [all ? id : `${id} (${out.map((finding) => finding.id).join(', ')})`];
  });
  return left.length === 0 ? null : `Left to the full profile: ${left.join('; ')}.`;
}
