import { fileRoute } from '../../../../lib/machine/file-route.ts';
import { attestationsOf } from '../../../../lib/records/attestations.ts';
import { recordIndex } from '../../../../lib/records/index.ts';

async function paths() {
  const { runs } = await recordIndex();
  const all = await Promise.all(runs.map(async ({ run, file }) => ({ run, lines: await attestationsOf(file) })));
  return all.filter(({ lines }) => lines.length > 0).map(({ run, lines }) => ({ params: { run }, props: { lines } }));
}

/** Sigstore bundles that name the record beside it; `npm run audit` finds them by this name. */
export const { getStaticPaths, GET } = fileRoute({
  type: 'application/jsonl; charset=utf-8',
  paths,
  body: ({ lines }) => `${lines.join('\n')}\n`,
});
