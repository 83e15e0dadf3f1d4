import { getCollection, type CollectionEntry } from 'astro:content';
import { recordIndex } from '../records/index.ts';
import { standingOf, type Standing } from '../records/current.ts';
import type { Verdict } from '../../../verify/verdict/verdict.ts';

export interface SiteClaim {
  readonly id: string;
  readonly topic: string;
  readonly slug: string;
  readonly entry: CollectionEntry<'claims'>;
  readonly standing: Standing;
  readonly verdict: Verdict;
}

let catalogue: Promise<readonly SiteClaim[]> | undefined;

/** Every claim with what is known of it, by id. An empty catalogue is a mistake in the build and ends it. */
export function allClaims(): Promise<readonly SiteClaim[]> {
  catalogue ??= load();
  return catalogue;
}

let byId: Promise<ReadonlyMap<string, SiteClaim>> | undefined;

export function claimsById(): Promise<ReadonlyMap<string, SiteClaim>> {
  byId ??= allClaims().then((claims) => new Map(claims.map((claim) => [claim.id, claim])));
  return byId;
}

async function load(): Promise<SiteClaim[]> {
  const entries = await getCollection('claims');
  if (entries.length === 0) throw new Error('No claim was found below claims/: the site would be empty.');
  const { runs } = await recordIndex();
  return entries
    .map((entry): SiteClaim => {
      const [topic = '', slug = ''] = entry.id.split('/');
      const standing = standingOf(entry.id, entry.data.revision, runs);
      return { id: entry.id, topic, slug, entry, standing, verdict: verdictOf(entry.data.kind, standing) };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What nobody could settle by running it needs no run to be called attributed. */
function verdictOf(kind: CollectionEntry<'claims'>['data']['kind'], { current }: Standing): Verdict {
  return current?.of.verdict ?? (kind === 'attributed' ? 'attributed' : 'not-run');
}
