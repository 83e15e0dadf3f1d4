import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { fontFiles } from './font-files.ts';
import type { Order } from './rasteriser.ts';

const require = createRequire(import.meta.url);

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

let rasteriser: Worker | undefined;

/** In a thread of its own, where little else is in memory: so many pixels have it searched for garbage again and again. */
async function draw(svg: string): Promise<Buffer> {
  rasteriser ??= new Worker(join(process.cwd(), 'site', 'lib', 'figure', 'rasteriser.ts'));
  rasteriser.unref();
  const { port1, port2 } = new MessageChannel();
  rasteriser.postMessage({ svg, to: port2 } satisfies Order, [port2]);
  const [png] = (await once(port1, 'message')) as [Uint8Array];
  return Buffer.from(png);
}
