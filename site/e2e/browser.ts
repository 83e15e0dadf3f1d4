import { join } from 'node:path';
import type { BuiltSite } from './built-site.ts';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** A host of its own for the built files: nothing listens there, each request is answered from the folder. */
const origin = 'http://localhost:4321';

/** `more`: further switches of Chromium, such as a port for its debugger. */
export const openBrowser = (more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });

export interface Visit {
  readonly page: Page;
  /** Console messages, script errors and requests to anybody else or to nothing: there should be none. */
  readonly complaints: string[];
}

/** Opens a page of a built site, by its path below the base, in a fresh context and notes everything that a visitor's console would. */
export async function visit(
  browser: Browser,
  site: Pick<BuiltSite, 'folder' | 'base' | 'files'>,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    if (url.origin !== origin) {
      complaints.push(`request to ${url.origin}`);
      await route.abort();
      return;
    }
    const path = decodeURIComponent(url.pathname).replace(/\/$/, '/index.html');
    const file = path.startsWith(site.base) ? path.slice(site.base.length) : undefined;
    if (file !== undefined && site.files.includes(file)) await route.fulfill({ path: join(site.folder, file) });
    else await route.fulfill({ status: 404, body: 'no such file' });
  });
  await page.goto(origin + site.base + path.slice(1));
  return { page, complaints };
}

export const phone = { width: 360, height: 780 };
export const desktop = { width: 1280, height: 900 };
