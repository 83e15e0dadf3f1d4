import type { APIRoute } from 'astro';
import { jsonResponse, runSummaryJson } from '../../../lib/machine/api.ts';
import { recordIndex } from '../../../lib/records/index.ts';

export const GET: APIRoute = async ({ site }) => {
  const { runs } = await recordIndex();
  return jsonResponse({ version: 1, runs: runs.map((run) => runSummaryJson(run, site)) });
};
