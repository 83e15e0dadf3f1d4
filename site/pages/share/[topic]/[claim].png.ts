import type { APIRoute } from 'astro';
import type { SiteClaim } from '../../../lib/claims/catalogue.ts';
import { claimPaths } from '../../../lib/claims/paths.ts';
import { pngOf } from '../../../lib/figure/png.ts';
import { shareImage } from '../../../lib/figure/share-image.ts';
import { isoDay } from '../../../lib/format/date.ts';

export const getStaticPaths = claimPaths;

export const GET: APIRoute<{ claim: SiteClaim }> = async ({ props: { claim } }) => {
  const run = claim.standing.current?.run;
  const png = await pngOf(
    shareImage({
      statement: claim.entry.data.statement,
      verdict: claim.verdict,
      when:
        run === undefined ? 'Not run yet on any machine on record' : `${isoDay(run.endedAt)} · ${run.hostClass.label}`,
    }),
  );
  return new Response(new Uint8Array(png), { headers: { 'content-type': 'image/png' } });
};
