import type { Strip, StripRow } from '../chart/strip.ts';
import { round } from '../chart/axis.ts';
import { legend } from '../chart/legend.ts';
import { ink, svgDocument, textAt, type TextStyle } from './svg.ts';
import { wrapText } from './wrap.ts';

/** A finding's samples as one picture that stands by itself on a slide. */
export interface Figure {
  readonly title: string;
  /** "at most 12.3 ms, 95% interval 11.9 to 12.8 ms", what emulation makes of it, and the like: a line each. */
  readonly notes: readonly string[];
  readonly strips: readonly Strip[];
  /** Where it is from: goes with the picture wherever it goes. */
  readonly source: string;
}

export const figureWidth = 1200;
const left = 40;
const room = figureWidth - 2 * left;
const rowColors: Record<StripRow['role'], string> = { subject: '#1f4e8c', baseline: '#8a6d1f', control: '#77736a' };
const limit = '#a52a1a';

/** Across the picture, from percent of the axis. */
const across = (percent: number): number => round(left + (percent / 100) * room);

/** Draws downwards and remembers how far it came. */
interface Sheet {
  readonly parts: string[];
  y: number;
}

export function findingFigure({ title, notes, strips, source }: Figure): string {
  const sheet: Sheet = { parts: [], y: 24 };
  write(sheet, title, { size: 32, face: 'serif', bold: true });
  for (const note of notes) write(sheet, note, { size: 22 });
  for (const strip of strips) drawStrip(sheet, strip);
  sheet.y += 16;
  write(sheet, source, { size: 18, fill: ink.soft });
  return svgDocument(figureWidth, Math.ceil(sheet.y + 24), title, sheet.parts);
}

function write(sheet: Sheet, text: string, style: TextStyle): void {
  for (const words of wrapText(text, { ...style, width: room, most: 4 })) {
    sheet.y += style.size * 1.3;
    sheet.parts.push(textAt(left, round(sheet.y), words, style));
  }
}

function drawStrip(sheet: Sheet, { axis, rows, thresholds, caption }: Strip): void {
  sheet.y += 8;
  const bottoms = rows.map((row) => drawRow(sheet, row, thresholds));
  const base = (bottoms.at(-1) ?? sheet.y) + 4;
  sheet.parts.push(line(left, base, left + room, base, ink.soft, 1));
  for (const { at, label, anchor } of axis.ticks) {
    sheet.parts.push(line(across(at), base, across(at), base + 7, ink.soft, 1));
    sheet.parts.push(textAt(across(at), base + 27, label, { size: 18, fill: ink.soft, anchor }));
  }
  for (const { at, label } of thresholds) {
    const anchor = at < 15 ? 'start' : at > 85 ? 'end' : 'middle';
    sheet.parts.push(textAt(across(at), base + 50, label, { size: 18, fill: limit, bold: true, anchor }));
  }
  sheet.y = base + (thresholds.length > 0 ? 54 : 30);
  write(sheet, legend({ axis, rows, thresholds, caption }), { size: 18, fill: ink.soft });
}

/** One subject: its name, then its samples from the first to the last. Returns where it ends. */
function drawRow(sheet: Sheet, row: StripRow, thresholds: Strip['thresholds']): number {
  const height = Math.min(96, 36 + row.taken);
  const color = rowColors[row.role];
  write(sheet, `${row.label} (n = ${String(row.taken)})`, { size: 20 });
  const top = sheet.y + 8;
  const down = (y: number): number => round(top + 6 + (row.taken === 1 ? 0.5 : y) * (height - 12));
  const fill =
    row.role === 'control' ? `fill="none" stroke="${color}" stroke-width="1.5"` : `fill="${color}" fill-opacity="0.55"`;
  for (const { at } of thresholds) {
    sheet.parts.push(line(across(at), top, across(at), top + height, limit, 2, ' stroke-dasharray="5 5"'));
  }
  if (row.interval !== undefined) {
    const [from, to] = row.interval;
    sheet.parts.push(
      `<rect x="${String(across(from))}" y="${String(top)}" width="${String(round(across(to) - across(from)))}" height="${String(height)}" fill="${color}" fill-opacity="0.16"/>`,
    );
  }
  for (const { x, y } of row.dots) {
    sheet.parts.push(`<circle cx="${String(across(x))}" cy="${String(down(y))}" r="4" ${fill}/>`);
  }
  if (row.median !== undefined) {
    sheet.parts.push(line(across(row.median), top, across(row.median), top + height, color, 3));
  }
  sheet.y = top + height;
  return sheet.y;
}

function line(x1: number, y1: number, x2: number, y2: number, color: string, width: number, more = ''): string {
  return `<line x1="${String(x1)}" y1="${String(round(y1))}" x2="${String(x2)}" y2="${String(round(y2))}" stroke="${color}" stroke-width="${String(width)}"${more}/>`;
}
