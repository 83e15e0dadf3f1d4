import { readFile } from 'node:fs/promises';
import type { APIRoute } from 'astro';
import { recordIndex } from '../../../../lib/records/index.ts';
import type { RunSummary } from '../../../../lib/records/summary.ts';

export async function getStaticPaths() {
  const { runs } = await recordIndex();
  return runs.map((run) => ({ params: { run: run.run }, props: { run } }));
}

/** The record's file byte for byte, for an attestation names these bytes. It was validated when it was indexed. */
export const GET: APIRoute<{ run: RunSummary }> = async ({ props }) =>
  new Response(await readFile(props.run.file, 'utf8'), {
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
