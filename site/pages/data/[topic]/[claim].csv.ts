import type { APIRoute } from 'astro';
import type { SiteClaim } from '../../../lib/claims/catalogue.ts';
import { claimPaths } from '../../../lib/claims/paths.ts';
import { samplesCsv } from '../../../lib/machine/csv.ts';
import type { Sighting } from '../../../lib/records/current.ts';
import { wholeSighting } from '../../../lib/records/index.ts';

/** Claims that have a run on record; the others have no samples. */
export async function getStaticPaths() {
  const paths = await claimPaths();
  return paths.flatMap(({ params, props: { claim } }) => {
    const { current } = claim.standing;
    return current === undefined ? [] : [{ params, props: { claim, current } }];
  });
}

export const GET: APIRoute<{ claim: SiteClaim; current: Sighting }> = async ({ props }) => {
  const { claim } = await wholeSighting(props.current);
  return new Response(samplesCsv(claim), { headers: { 'content-type': 'text/csv; charset=utf-8' } });
};
