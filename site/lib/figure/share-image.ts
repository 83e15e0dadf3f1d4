import type { Verdict } from '../../../verify/verdict/verdict.ts';
import { verdictColors, verdictShapes } from '../verdict-looks.ts';
import { verdictWords } from '../verdict-words.ts';
import { ink, svgDocument, textAt } from './svg.ts';
import { wrapText } from './wrap.ts';

/** What those who share links expect, in pixels. */
export const shareSize = { width: 1200, height: 630 } as const;

export interface Shared {
  readonly statement: string;
  readonly verdict: Verdict;
  /** "2026-11-21 · x86_64, guests emulated, ..." or that it was not run. */
  readonly when: string;
}

const left = 80;
/** How wide a line may be. */
export const shareRoom = shareSize.width - 2 * left;

/** The picture that stands for a claim where its address is shared: the statement and its verdict, in word and shape. */
export function shareImage({ statement, verdict, when }: Shared): string {
  const color = verdictColors[verdict];
  const size = statement.length > 110 ? 44 : 54;
  const lines = wrapText(statement, { size, width: shareRoom, most: 6, face: 'serif' });
  const { label } = verdictWords[verdict];
  return svgDocument(shareSize.width, shareSize.height, `${label}: ${statement}`, [
    `<rect width="20" height="${String(shareSize.height)}" fill="${color}"/>`,
    textAt(left, 92, 'Bare Claims', { size: 30, face: 'serif', bold: true, fill: ink.soft }),
    ...lines.map((line, index) => textAt(left, 180 + index * size * 1.25, line, { size, face: 'serif', bold: true })),
    `<g transform="translate(${String(left)} 500) scale(3)" fill="none" stroke="${color}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"><circle cx="8" cy="8" r="7.25"/><path d="${verdictShapes[verdict]}"/></g>`,
    textAt(left + 66, 538, label, { size: 42, bold: true, fill: color }),
    ...wrapText(when, { size: 24, width: shareRoom, most: 1 }).map((line) =>
      textAt(left, 592, line, { size: 24, fill: ink.soft }),
    ),
  ]);
}
