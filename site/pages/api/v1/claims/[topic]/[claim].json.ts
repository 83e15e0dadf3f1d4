import { claimPaths } from '../../../../../lib/claims/paths.ts';
import { claimSummaryJson, jsonText, sightingJson } from '../../../../../lib/machine/api.ts';
import { fileRoute } from '../../../../../lib/machine/file-route.ts';
import { wholeSighting } from '../../../../../lib/records/index.ts';

/** A claim with its rules, the findings of its current run without their samples, and its history. */
export const { getStaticPaths, GET } = fileRoute({
  type: 'application/json',
  paths: claimPaths,
  body: async ({ claim }, site) => {
    const { current, history } = claim.standing;
    const measured = current && (await wholeSighting(current));
    return jsonText({
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
  },
});
