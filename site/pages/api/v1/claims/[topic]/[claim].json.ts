import type { APIRoute } from 'astro';
import type { SiteClaim } from '../../../../../lib/claims/catalogue.ts';
import { claimPaths } from '../../../../../lib/claims/paths.ts';
import { claimSummaryJson, jsonResponse, sightingJson } from '../../../../../lib/machine/api.ts';
import { wholeSighting } from '../../../../../lib/records/index.ts';

export const getStaticPaths = claimPaths;

/** A claim with its rules, the findings of its current run without their samples, and its history. */
export const GET: APIRoute<{ claim: SiteClaim }> = async ({ props: { claim }, site }) => {
  const { current, history } = claim.standing;
  const measured = current && (await wholeSighting(current));
  return jsonResponse({
    version: 1,
    ...claimSummaryJson(claim, site),
    rules: claim.entry.data.findings,
    findings:
      measured?.claim.findings.map(({ id, label, rule, role, outcome, controls }) => ({
        id,
        label,
        rule,
        role,
        outcome,
        controls: controls.map(({ id: control, must, outcome: came }) => ({ id: control, must, outcome: came })),
      })) ?? [],
    host: measured?.record.host ?? null,
    history: history.map(sightingJson),
    related: claim.entry.data.related,
    contradicts: claim.entry.data.contradicts,
  });
};
