import type { SiteClaim } from '../claims/catalogue.ts';
import { wholeSighting } from '../records/index.ts';
import { cellInWords, type CellWords } from './cell.ts';
import type { CellSource, CompareRow } from './rows.ts';

export interface FilledCell {
  readonly claim: SiteClaim | undefined;
  readonly finding: string;
  readonly words: CellWords | undefined;
}

export interface FilledRow {
  readonly question: string;
  readonly container: FilledCell;
  readonly guest: FilledCell;
}

/** The rows with what the current run of each claim found. */
export async function fillRows(
  rows: readonly CompareRow[],
  claims: ReadonlyMap<string, SiteClaim>,
): Promise<readonly FilledRow[]> {
  return Promise.all(
    rows.map(async ({ question, container, guest }) => ({
      question,
      container: await fillCell(container, claims),
      guest: await fillCell(guest, claims),
    })),
  );
}

async function fillCell(
  { claim: id, finding, part }: CellSource,
  claims: ReadonlyMap<string, SiteClaim>,
): Promise<FilledCell> {
  const claim = claims.get(id);
  if (claim !== undefined && !(finding in claim.entry.data.findings)) {
    throw new Error(
      `The comparison names the finding "${finding}" of ${id}, which has none of that name; see site/lib/compare/rows.ts.`,
    );
  }
  const current = claim?.standing.current;
  if (current === undefined) return { claim, finding, words: undefined };
  const { claim: measured } = await wholeSighting(current);
  const found = measured.findings.find((one) => one.id === finding);
  return { claim, finding, words: found && cellInWords(found, part) };
}
