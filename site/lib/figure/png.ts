import { createRequire } from 'node:module';
import { renderAsync } from '@resvg/resvg-js';

const resolve = createRequire(import.meta.url).resolve;

/** The faces come with the project: a picture is the same wherever it is made. */
export const fontFiles = [
  '@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf',
  '@expo-google-fonts/source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf',
  '@expo-google-fonts/source-serif-4/600SemiBold/SourceSerif4_600SemiBold.ttf',
].map((file) => resolve(file));

/** A picture of ours as PNG, at its own size. */
export async function pngOf(svg: string): Promise<Buffer> {
  const image = await renderAsync(svg, {
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Source Sans 3' },
  });
  return image.asPng();
}
