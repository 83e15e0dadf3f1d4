import type { Exhibit } from '../../../verify/record/record.ts';
import type { Unit } from '../../../verify/verdict/evidence.ts';
import { formatQuantity } from '../format/quantity.ts';
import { round } from './axis.ts';

/** One subject's parts, end to end. */
export interface StackBar {
  readonly label: string;
  /** All its parts together, in words. */
  readonly total: string;
  readonly segments: readonly StackSegment[];
}

export interface StackSegment {
  /** Number of the part in the legend, from 1. */
  readonly part: number;
  /** Percent of the picture's width. */
  readonly from: number;
  readonly width: number;
  /** "Kernel: 1.7 s", for those who cannot see it. */
  readonly description: string;
}

/** Stacked bars to one scale, and the names of their parts in order. */
export interface Stack {
  readonly parts: readonly string[];
  readonly bars: readonly StackBar[];
}

/**
 * The stacked bars of a table whose first column names parts and whose other columns are subjects, with numbers in the unit.
 * A part that a subject lacks (no number) takes no room.
 */
export function stackOf({ columns, rows }: Pick<Exhibit, 'columns' | 'rows'>, unit: Unit): Stack {
  const parts = rows.map(([name]) => String(name));
  const sides = columns.slice(1).map((label, side) => {
    const values = rows.map((row) => amountIn(row[side + 1]));
    return { label, values, total: values.reduce((sum, value) => sum + value, 0) };
  });
  const longest = sides.reduce((most, { total }) => Math.max(most, total), 0);
  if (longest === 0) return { parts, bars: [] };
  return {
    parts,
    bars: sides.map(({ label, values, total }) => {
      let end = 0;
      const segments = values.map((value, index): StackSegment => {
        const from = end;
        end += value;
        return {
          part: index + 1,
          from: round((from / longest) * 100),
          width: round((value / longest) * 100),
          description: `${parts[index] ?? ''}: ${formatQuantity(value, unit)}`,
        };
      });
      return { label, total: formatQuantity(total, unit), segments: segments.filter(({ width }) => width > 0) };
    }),
  };
}

/** Durations and sizes are never negative; what is would be an error of measuring, and takes no room. */
const amountIn = (cell: unknown): number => (typeof cell === 'number' && cell > 0 ? cell : 0);
