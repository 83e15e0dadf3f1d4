import type { faces } from './svg.ts';

/** How wide a character of a face is on average in an ordinary sentence, rounded up, in parts of its size. */
const meanWidth: Record<keyof typeof faces, number> = { sans: 0.48, serif: 0.53 };

export interface Lines {
  /** Of the letters and of a line, in pixels. */
  readonly size: number;
  readonly width: number;
  readonly most: number;
  readonly face?: keyof typeof faces;
}

/** Breaks a text at spaces into lines that fit; the last of `most` ends in "…" where more would follow. */
export function wrapText(text: string, { size, width, most, face = 'sans' }: Lines): readonly string[] {
  const fits = Math.max(Math.floor(width / (size * meanWidth[face])), 1);
  const lines: string[] = [];
  for (const word of text
    .trim()
    .split(/\s+/)
    .flatMap((long) => pieces(long, fits))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= fits) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const kept = lines.slice(0, most);
  const end = kept.at(-1);
  if (lines.length > most && end !== undefined) kept[kept.length - 1] = `${end.slice(0, fits - 1)}…`;
  return kept;
}

const signsOf = new Intl.Segmenter('en');

/** A word longer than a line is cut, and never within a sign. */
function pieces(word: string, fits: number): string[] {
  if (word.length <= fits) return [word];
  const signs = Array.from(signsOf.segment(word), ({ segment }) => segment);
  return Array.from({ length: Math.ceil(signs.length / fits) }, (_, index) =>
    signs.slice(index * fits, (index + 1) * fits).join(''),
  );
}
