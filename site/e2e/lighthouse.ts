import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import lighthouse from 'lighthouse';
import { openBrowser } from './browser.ts';

const categories = ['performance', 'accessibility', 'best-practices', 'seo'];

/** Marks out of 100, by category, for a page as a phone on a slow network gets it. */
export async function scores(address: string): Promise<Record<string, number>> {
  const port = await freePort();
  const browser = await openBrowser([`--remote-debugging-port=${String(port)}`]);
  try {
    const result = await lighthouse(address, {
      port,
      logLevel: 'error',
      onlyCategories: categories,
      skipAudits: ['full-page-screenshot', 'screenshot-thumbnails', 'final-screenshot'],
      // The network is slowed as for a phone. The processor is not: how slow it is depends on what else runs here.
      throttling: { rttMs: 150, throughputKbps: 1638.4, cpuSlowdownMultiplier: 1 },
    });
    if (result === undefined) throw new Error(`Lighthouse gave no result for ${address}.`);
    const { lhr } = result;
    if (lhr.runtimeError !== undefined)
      throw new Error(`Lighthouse could not look at ${address}: ${lhr.runtimeError.message}`);
    return Object.fromEntries(
      Object.entries(lhr.categories).map(([id, { score }]) => [id, Math.round((score ?? 0) * 100)]),
    );
  } finally {
    await browser.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
