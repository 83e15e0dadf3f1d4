import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { renderAsync } from '@resvg/resvg-js';

const require = createRequire(import.meta.url);

/** The faces come with the project: a picture is the same wherever it is made. */
export const fontFiles = [
  require.resolve('@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf'),
  require.resolve('@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf'),
  require.resolve('@expo-google-fonts/source-serif-4/600SemiBold/SourceSerif4_600SemiBold.ttf'),
];

/** Pictures that were drawn before, by all that they depend on: drawing them takes longer than the pages they go with. */
const drawn = process.env['SITE_PICTURES'] ?? join('node_modules', '.astro', 'png');
const { version } = require('@resvg/resvg-js/package.json') as { version: string };

/** A picture of ours as PNG, at its own size. */
export async function pngOf(svg: string, folder: string = drawn): Promise<Buffer> {
  const key = createHash('sha256')
    .update([version, ...fontFiles.map((file) => basename(file)), svg].join('\n'))
    .digest('hex');
  const file = join(folder, `${key}.png`);
  try {
    return await readFile(file);
  } catch {
    const png = await draw(svg);
    await mkdir(folder, { recursive: true });
    // Under a name of its own first: another build may look for it at the same moment.
    const unfinished = `${file}.${randomUUID()}`;
    await writeFile(unfinished, png);
    await rename(unfinished, file);
    return png;
  }
}

async function draw(svg: string): Promise<Buffer> {
  const image = await renderAsync(svg, {
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Source Sans 3' },
  });
  return image.asPng();
}
