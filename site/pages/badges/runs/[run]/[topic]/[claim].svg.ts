import type { APIRoute } from 'astro';
import { isoDay } from '../../../../../lib/format/date.ts';
import { badgeOf, badgeSvg } from '../../../../../lib/machine/badge.ts';
import { recordIndex } from '../../../../../lib/records/index.ts';
import type { ClaimRun, RunSummary } from '../../../../../lib/records/summary.ts';

/** A badge that is pinned to a run says for ever what that run found. Local runs are nobody else's to cite. */
export async function getStaticPaths() {
  const { runs } = await recordIndex();
  return runs
    .filter(({ origin }) => origin !== 'local')
    .flatMap((run) =>
      [...run.claims.values()].map((of) => {
        const [topic, claim] = of.claim.split('/');
        return { params: { run: run.run, topic, claim }, props: { run, of } };
      }),
    );
}

export const GET: APIRoute<{ run: RunSummary; of: ClaimRun }> = ({ props: { run, of } }) => {
  const svg = badgeSvg(badgeOf(of.verdict, `${isoDay(run.endedAt)} · ${run.hostClass.key}`));
  return new Response(svg, { headers: { 'content-type': 'image/svg+xml' } });
};
