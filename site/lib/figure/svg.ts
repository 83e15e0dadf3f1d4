import { escapeXml } from '../machine/xml.ts';

/** Faces by name: where a viewer lacks them any other will do, and the rasteriser brings its own. */
export const faces = { sans: "'Source Sans 3', sans-serif", serif: "'Source Serif 4', serif" } as const;

/** Colours of pictures that leave the site, for any ground that is white. */
export const ink = { text: '#1e1d1a', soft: '#5a564d', hair: '#ddd7c9', ground: '#ffffff' } as const;

export interface TextStyle {
  readonly size: number;
  readonly face?: keyof typeof faces;
  readonly bold?: boolean;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** A line of text; whatever it says is escaped. */
export function textAt(x: number, y: number, text: string, style: TextStyle): string {
  const { size, face = 'sans', bold = false, fill = ink.text, anchor = 'start' } = style;
  const weight = bold ? ' font-weight="600"' : '';
  return `<text x="${String(x)}" y="${String(y)}" font-family="${faces[face]}" font-size="${String(size)}"${weight} fill="${fill}" text-anchor="${anchor}">${escapeXml(text)}</text>`;
}

/** A whole picture of its own on a white ground, with its title for those who do not see it. */
export function svgDocument(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${String(width)}" height="${String(height)}" fill="${ink.ground}"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
