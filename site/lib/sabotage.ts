import { join } from 'node:path';
import { allClaims, type SiteClaim } from './claims/catalogue.ts';
import { checkSource } from './claims/check-source.ts';
import { experimentDigest, readSabotageTable, type Lie, type SabotageRow } from '../../verify/record/sabotage-table.ts';

export interface LieRow {
  readonly claim: SiteClaim;
  /** Null where no lie was ever told to this check. */
  readonly row: SabotageRow | null;
  /** The check or its findings have changed since. */
  readonly outdated: boolean;
}

export const lieWords: Readonly<Record<Lie, string>> = {
  'control-as-subject': 'control as subject',
  'stale-instrument': 'stale instrument',
  'idle-workload': 'idle workload',
};

/** Every claim that has a check, with what lies made of its verdict, by id. */
export async function lieRows(root: string = process.cwd()): Promise<readonly LieRow[]> {
  const rows = new Map((await readSabotageTable(join(root, 'docs', 'sabotage.json'))).map((row) => [row.claim, row]));
  const claims = (await allClaims()).filter(({ entry }) => entry.data.kind !== 'attributed');
  return await Promise.all(
    claims.map(async (claim) => {
      const row = rows.get(claim.id) ?? null;
      const check = await checkSource(claim.id);
      const outdated =
        row !== null && row.experiment !== experimentDigest(check?.text ?? '', claim.entry.data.findings);
      return { claim, row, outdated };
    }),
  );
}
