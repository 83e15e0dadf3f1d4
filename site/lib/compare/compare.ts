import type { SiteClaim } from '../claims/catalogue.ts';
import { wholeSighting } from '../records/index.ts';
import { cellInWords, type CellWords } from './cell.ts';
import type { CellSource, CompareRow } from './rows.ts';

export interface FilledCell {
  readonly claim: SiteClaim;
  readonly finding: string;
  /** Nothing where no run has the number. */
  readonly words: CellWords | undefined;
}

export interface FilledRow {
  readonly question: string;
  /** Nothing where the question does not arise, or its claim is not written yet. */
  readonly container: FilledCell | undefined;
  readonly guest: FilledCell | undefined;
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
  source: CellSource | undefined,
  claims: ReadonlyMap<string, SiteClaim>,
): Promise<FilledCell | undefined> {
  if (source === undefined) return undefined;
  const claim = claims.get(source.claim);
  if (claim === undefined) return undefined;
  const { finding } = source;
  const declared = claim.entry.data.findings[finding];
  const control = typeof source.part === 'object' ? source.part.control : undefined;
  if (declared === undefined || (control !== undefined && !(control in declared.controls))) {
    throw new Error(
      `The comparison names ${[source.claim, finding, control].filter((part) => part !== undefined).join(', ')}, which the claim does not declare; see site/lib/compare/rows.ts.`,
    );
  }
  const { current } = claim.standing;
  if (current === undefined) return { claim, finding, words: undefined };
  const { claim: measured } = await wholeSighting(current);
  const found = measured.findings.find(({ id }) => id === finding);
  return { claim, finding, words: found && cellInWords(found, source) };
}
