import { isoDay } from '../../../../../lib/format/date.ts';
import { badgeOf, badgeSvg } from '../../../../../lib/machine/badge.ts';
import { fileRoute } from '../../../../../lib/machine/file-route.ts';
import { recordIndex } from '../../../../../lib/records/index.ts';

/** A badge that is pinned to a run says for ever what that run found. Local runs are nobody else's to cite. */
async function paths() {
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

export const { getStaticPaths, GET } = fileRoute({
  type: 'image/svg+xml',
  paths,
  body: ({ run, of }) => badgeSvg(badgeOf(of.verdict, `${isoDay(run.endedAt)} · ${run.hostClass.key}`)),
});
