import type { APIRoute } from 'astro';
import { attestationsOf } from '../../../../lib/records/attestations.ts';
import { recordIndex } from '../../../../lib/records/index.ts';

export async function getStaticPaths() {
  const { runs } = await recordIndex();
  const all = await Promise.all(runs.map(async ({ run, file }) => ({ run, lines: await attestationsOf(file) })));
  return all.filter(({ lines }) => lines.length > 0).map(({ run, lines }) => ({ params: { run }, props: { lines } }));
}

/** Sigstore bundles that name the record beside it; `npm run audit` finds them by this name. */
export const GET: APIRoute<{ lines: readonly string[] }> = ({ props }) =>
  new Response(`${props.lines.join('\n')}\n`, { headers: { 'content-type': 'application/jsonl; charset=utf-8' } });
