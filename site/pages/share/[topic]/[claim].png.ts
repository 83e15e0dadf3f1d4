import { claimPaths } from '../../../lib/claims/paths.ts';
import { pngOf } from '../../../lib/figure/png.ts';
import { shareImage } from '../../../lib/figure/share-image.ts';
import { isoDay } from '../../../lib/format/date.ts';
import { fileRoute } from '../../../lib/machine/file-route.ts';

export const { getStaticPaths, GET } = fileRoute({
  type: 'image/png',
  paths: claimPaths,
  body: ({ claim }) => {
    const run = claim.standing.current?.run;
    return pngOf(
      shareImage({
        statement: claim.entry.data.statement,
        verdict: claim.verdict,
        when:
          run === undefined
            ? 'Not run yet on any machine on record'
            : `${isoDay(run.endedAt)} · ${run.hostClass.label}`,
      }),
    );
  },
});
