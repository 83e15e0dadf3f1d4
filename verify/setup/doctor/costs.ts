import type { Claim } from '../../claim/catalogue.ts';
import type { Need } from '../../claim/claim.ts';

/** The claims that a missing thing costs, by id. */
export interface Costs {
  /** Not run at all. */
  readonly whole: readonly string[];
  /** Run without some of their findings. */
  readonly inPart: readonly string[];
}

type Asking = Pick<Claim, 'id'> & {
  readonly frontmatter: { readonly needs: readonly Need[]; readonly findings: Claim['frontmatter']['findings'] };
};

export function costsOf(unmet: readonly Need[], claims: readonly Asking[]): Costs {
  const lacks = (needs: readonly Need[]): boolean => needs.some((need) => unmet.includes(need));
  const whole = claims.filter(({ frontmatter: { needs, findings } }) => {
    const judged = Object.values(findings).filter(({ role }) => role === 'judged');
    return lacks(needs) || (judged.length > 0 && judged.every((finding) => lacks(finding.needs)));
  });
  const inPart = claims.filter(
    (claim) =>
      !whole.includes(claim) && Object.values(claim.frontmatter.findings).some((finding) => lacks(finding.needs)),
  );
  return { whole: whole.map(({ id }) => id), inPart: inPart.map(({ id }) => id) };
}
