import type { Exhibit } from '../../../verify/record/record.ts';
import type { Unit } from '../../../verify/verdict/evidence.ts';
import { formatNumber, formatQuantity } from '../format/quantity.ts';
import { axisOver, round, type Axis } from './axis.ts';

/** What grows with what, for several subjects on the same two axes. */
export interface Curves {
  readonly across: Axis;
  readonly up: Axis;
  readonly lines: readonly CurveLine[];
}

export interface CurveLine {
  readonly label: string;
  /** In the order of the horizontal axis; percent of the picture from its left and from its top. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** "1: 14 MiB; 4: 22 MiB", for those who cannot see it. */
  readonly description: string;
}

/** The columns of a table that make a curve, by their titles. */
export interface CurveColumns {
  /** Names the subject that a row belongs to. */
  readonly of: string;
  /** A count. */
  readonly x: string;
  /** A number in the unit. */
  readonly y: string;
}

/**
 * The curves in a table with a row for each point. Rows without both numbers are left out, and a table that lacks one of the
 * columns has no curves.
 */
export function curvesOf(
  { columns, rows }: Pick<Exhibit, 'columns' | 'rows'>,
  { of, x, y }: CurveColumns,
  unit: Unit,
): Curves {
  const [name, count, amount] = [of, x, y].map((title) => columns.indexOf(title));
  const cell = (row: Exhibit['rows'][number], column = -1): unknown => row[column];
  const taken = rows.flatMap((row) => {
    const [across, up] = [cell(row, count), cell(row, amount)];
    if (typeof across !== 'number' || typeof up !== 'number') return [];
    return [{ label: String(cell(row, name)), across, up }];
  });
  const across = axisOver(
    taken.map((point) => point.across),
    '1',
  );
  // From zero, so that twice as much stands twice as high.
  const up = axisOver([0, ...taken.map((point) => point.up)], unit);
  const lines = [...Map.groupBy(taken, ({ label }) => label)].map(([label, points]): CurveLine => {
    const ordered = points.toSorted((a, b) => a.across - b.across);
    return {
      label,
      points: ordered.map((point) => ({ x: across.place(point.across), y: round(100 - up.place(point.up)) })),
      description: ordered
        .map((point) => `${formatNumber(point.across, 4)}: ${formatQuantity(point.up, unit)}`)
        .join('; '),
    };
  });
  return { across, up, lines };
}
