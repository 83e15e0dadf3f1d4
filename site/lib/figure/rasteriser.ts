import { parentPort, type MessagePort } from 'node:worker_threads';
import { crc32, deflateSync } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import { fontFiles } from './font-files.ts';

/** A thread's work: a picture as SVG, and where to send it as PNG. An error ends the thread and with it the build. */
export interface Order {
  readonly svg: string;
  readonly to: MessagePort;
}

parentPort?.on('message', ({ svg, to }: Order) => {
  const { width, height, pixels } = new Resvg(svg, {
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Source Sans 3' },
  }).render();
  to.postMessage(encode(width, height, pixels));
  to.close();
});

/** Pixels as PNG, packed with the least effort: the rasteriser's own packing takes four times as long for as many bytes. */
function encode(width: number, height: number, pixels: Buffer): Buffer {
  const row = 4 * width;
  // Each row begins with the number of its filter, which is none.
  const rows = Buffer.alloc((row + 1) * height);
  for (let y = 0; y < height; y += 1) pixels.copy(rows, y * (row + 1) + 1, y * row, (y + 1) * row);
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...chunk('IHDR', header),
    ...chunk('IDAT', deflateSync(rows, { level: 1 })),
    ...chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer[] {
  const [name, length, check] = [Buffer.from(type, 'latin1'), Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(data, crc32(name)));
  return [length, name, data, check];
}
