import type { APIRoute } from 'astro';
import { allClaims } from '../../../lib/claims/catalogue.ts';
import { claimSummaryJson, jsonResponse } from '../../../lib/machine/api.ts';

export const GET: APIRoute = async ({ site }) => {
  const claims = await allClaims();
  return jsonResponse({ version: 1, claims: claims.map((claim) => claimSummaryJson(claim, site)) });
};
