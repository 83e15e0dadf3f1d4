import { claimPaths } from '../../../lib/claims/paths.ts';
import { samplesCsv } from '../../../lib/machine/csv.ts';
import { fileRoute } from '../../../lib/machine/file-route.ts';
import { wholeSighting } from '../../../lib/records/index.ts';

/** Claims that have a run on record; the others have no samples. */
async function paths() {
  return (await claimPaths()).flatMap(({ params, props: { claim } }) => {
    const { current } = claim.standing;
    return current === undefined ? [] : [{ params, props: { current } }];
  });
}

export const { getStaticPaths, GET } = fileRoute({
  type: 'text/csv; charset=utf-8',
  paths,
  body: async ({ current }) => samplesCsv((await wholeSighting(current)).claim),
});
