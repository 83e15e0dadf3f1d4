import type { Catalogue } from '../claim/catalogue.ts';
import type { Capability, ClaimFrontmatter } from '../claim/claim.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { capabilityOf } from './host.ts';
import type { ClaimRecord, HostFacts, RunRecord } from './record.ts';

/**
 * A verdict other than the published one. `changed`: both decide, and not the same; `weaker`: the run could not decide
 * what is published as decided; `stronger`: it decided what is published as undecided; `broken`: the check is at fault.
 * Only `changed` is a change under `--strict`; broken has an exit status of its own.
 */
export interface Difference {
  readonly claim: string;
  readonly kind: 'changed' | 'weaker' | 'stronger' | 'broken';
  readonly published: Verdict;
  readonly found: Verdict;
  /** The machine class for which the published verdict stands. */
  readonly on: Capability;
}

/** Of the published verdicts that stand for this machine, the one for the narrowest class; the first among equals. */
export function publishedVerdict(
  expected: ClaimFrontmatter['expected'],
  host: HostFacts,
): ClaimFrontmatter['expected'][number] | null {
  const own = capabilityOf(host);
  const fields = (on: Capability): (keyof Capability)[] => Object.keys(on) as (keyof Capability)[];
  return expected
    .filter(({ on }) => fields(on).every((field) => on[field] === own[field]))
    .reduce<ClaimFrontmatter['expected'][number] | null>(
      (best, entry) => (best === null || fields(entry.on).length > fields(best.on).length ? entry : best),
      null,
    );
}

/**
 * Where the record's verdicts are not the published ones, sorted by claim. What did not run, or ran as another revision
 * of its claim, says nothing about what is published.
 */
export function compareExpected(
  record: Pick<RunRecord, 'host'> & { readonly claims: readonly Pick<ClaimRecord, 'id' | 'revision' | 'verdict'>[] },
  catalogue: Pick<Catalogue, 'claims'>,
): Difference[] {
  const claims = new Map(catalogue.claims.map((claim) => [claim.id, claim.frontmatter]));
  return record.claims.flatMap((found): Difference[] => {
    const frontmatter = claims.get(found.id);
    if (frontmatter?.revision !== found.revision) return [];
    const published = publishedVerdict(frontmatter.expected, record.host);
    const kind = published === null ? null : differenceKind(published.verdict, found.verdict);
    return published === null || kind === null
      ? []
      : [{ claim: found.id, kind, published: published.verdict, found: found.verdict, on: published.on }];
  });
}

function differenceKind(published: Verdict, found: Verdict): Difference['kind'] | null {
  if (found === published || found === 'not-run') return null;
  if (found === 'broken') return 'broken';
  if (found === 'inconclusive') return published === 'not-run' ? null : 'weaker';
  return published === 'inconclusive' || published === 'not-run' ? 'stronger' : 'changed';
}
