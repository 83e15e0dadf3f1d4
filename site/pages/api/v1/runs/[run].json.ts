import type { APIRoute } from 'astro';
import { recordIndex, wholeRecord } from '../../../../lib/records/index.ts';
import type { RunSummary } from '../../../../lib/records/summary.ts';

export async function getStaticPaths() {
  const { runs } = await recordIndex();
  return runs.map((run) => ({ params: { run: run.run }, props: { run } }));
}

/** The record as it was validated, whole. */
export const GET: APIRoute<{ run: RunSummary }> = async ({ props }) => Response.json(await wholeRecord(props.run.file));
