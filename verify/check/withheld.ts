import type { Claim } from '../claim/catalogue.ts';
import type { FindingSpec } from '../claim/claim.ts';
import { leftOutOfQuick } from '../record/left-out.ts';
import { missingNeed } from './needs.ts';
import type { RunContext } from './run-context.ts';

/** What decides of which findings a run comes to an outcome. */
export type Circumstances = Pick<RunContext, 'profile' | 'missing'>;
type Spec = Pick<FindingSpec, 'needs' | 'profile'>;

/** Why what is found may not be judged here, though its mechanics can be tried; null where it may. */
export function whyRehearsal({ needs }: Spec, { missing }: Pick<Circumstances, 'missing'>): string | null {
  return missingNeed(
    needs.filter((need) => need === 'acceleration'),
    missing,
  );
}

/** Why a finding is not even tried, or null where it is: under emulation as a rehearsal, in the full profile only. */
export function whyWithheld(spec: Spec, { profile, missing }: Circumstances): string | null {
  if (spec.profile === 'full' && profile === 'quick') return leftOutOfQuick;
  const rehearsal = whyRehearsal(spec, { missing });
  if (rehearsal !== null && profile === 'quick') return `${leftOutOfQuick}, a rehearsal only. ${rehearsal}`;
  return missingNeed(
    spec.needs.filter((need) => need !== 'acceleration'),
    missing,
  );
}

/**
 * Whether anything of the claim comes to an outcome here. If not, it needs no quiet machine. Supporting findings count only
 * where a claim has no others.
 */
export function comesToAnOutcome({ frontmatter }: Pick<Claim, 'frontmatter'>, circumstances: Circumstances): boolean {
  const findings = Object.values(frontmatter.findings);
  const judged = findings.filter(({ role }) => role === 'judged');
  const isTried = (spec: Spec): boolean => whyWithheld(spec, circumstances) === null;
  return (
    missingNeed(frontmatter.needs, circumstances.missing) === null &&
    (judged.length === 0
      ? findings.some(isTried)
      : judged.some((spec) => isTried(spec) && whyRehearsal(spec, circumstances) === null))
  );
}

/**
 * Why a run does without the claim's check as a whole, told of each of its findings; null where the check is run: what the
 * machine lacks for all of it, and in the quick profile that nothing comes to an outcome.
 */
export function whyWithoutCheck(
  claim: Pick<Claim, 'frontmatter'>,
  circumstances: Circumstances,
): ((spec: Spec) => string) | null {
  const lacking = missingNeed(claim.frontmatter.needs, circumstances.missing);
  if (lacking !== null) return () => lacking;
  if (circumstances.profile === 'full' || comesToAnOutcome(claim, circumstances)) return null;
  return (spec) => whyWithheld(spec, circumstances) ?? `${leftOutOfQuick} with the rest`;
}
