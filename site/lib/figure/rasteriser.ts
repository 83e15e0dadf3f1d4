import { parentPort, type MessagePort } from 'node:worker_threads';
import { Resvg } from '@resvg/resvg-js';
import { fontFiles } from './font-files.ts';

/** A thread's work: a picture as SVG, and where to send it as PNG. An error ends the thread and with it the build. */
export interface Order {
  readonly svg: string;
  readonly to: MessagePort;
}

parentPort?.on('message', ({ svg, to }: Order) => {
  const picture = new Resvg(svg, { font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Source Sans 3' } });
  to.postMessage(picture.render().asPng());
  to.close();
});
