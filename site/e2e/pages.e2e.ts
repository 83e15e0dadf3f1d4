import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFixtureRecords } from '../fixtures/write.ts';
import { desktop, openBrowser, phone, visit } from './browser.ts';
import { buildSite, type BuiltSite } from './built-site.ts';
import { deadLinks } from './links.ts';

const claim = '/claims/startup/container-provisions-in-milliseconds/';
/** One page of each kind. */
const kinds = [
  '/',
  claim,
  '/claims/storage/bind-mount-near-bare-metal/',
  '/topics/startup/',
  '/articles/',
  '/articles/nickoloff/',
  '/compare/',
  '/tables/breakout-matrix/',
  '/tables/isolation-ladder/',
  '/search/',
  '/hosts/',
  '/history/',
  '/runs/',
  '/runs/20261121T101502Z-1a2b3c4d/',
  '/method/',
  '/method/simulation/',
  '/quantifiers/',
  '/cite/',
  '/training/',
  '/training/startup/',
  '/api/',
  '/search/?q=container',
  claim.replace('/claims/', '/embed/'),
  '/404.html',
];

let records: string;
let site: BuiltSite;
let browser: Browser;

beforeAll(async () => {
  records = await mkdtemp(join(tmpdir(), 'bare-claims-records-'));
  await writeFixtureRecords('claims', records);
  [site, browser] = await Promise.all([buildSite({ records }), openBrowser()]);
}, 600_000);

afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
  await rm(records, { recursive: true, force: true });
});

async function violations(axe: AxeBuilder): Promise<string[]> {
  const found = await axe.analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe.each([
  ['desktop', 'light', desktop],
  ['phone', 'dark', phone],
] as const)('on a %s in the %s scheme', (device, colorScheme, viewport) => {
  // Side by side: each has a window of its own.
  test.concurrent.each(kinds)('%s is accessible, fits, and asks nobody else for anything', async (path) => {
    const { page, complaints } = await visit(browser, site, path, { viewport, colorScheme });
    if (path.includes('?q=')) await page.locator('#found li').first().waitFor();
    expect(await violations(new AxeBuilder({ page }))).toEqual([]);
    if (device === 'desktop') {
      // The other scheme changes colours and nothing else.
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(new AxeBuilder({ page }).withRules(['color-contrast']))).toEqual([]);
      await page.emulateMedia({ colorScheme });
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
    expect(complaints).toEqual([]);
    const name = path.replaceAll(/[/?=]/g, '_');
    await page.screenshot({ path: `artifacts/site${name}${device}-${colorScheme}.png`, fullPage: true });
    await page.context().close();
  });
});

test('every page is valid HTML', async () => {
  const validator = new HtmlValidate({
    extends: ['html-validate:standard'],
    rules: {
      // The framework writes void elements and doctypes in ways that browsers take alike.
      'void-style': 'off',
      'doctype-style': 'off',
      'no-trailing-whitespace': 'off',
      // A table that scrolls must be reachable by the keyboard, and then has a name.
      'prefer-native-element': 'off',
      'no-inline-style': 'error',
    },
  });
  const reports = await Promise.all(
    site.files
      .filter((file) => file.endsWith('.html'))
      .map(async (file) => {
        const { results } = await validator.validateString(await site.read(file));
        return results.flatMap(({ messages }) =>
          messages.map(({ line, ruleId, message }) => `${file}:${String(line)} ${ruleId}: ${message}`),
        );
      }),
  );
  expect([...new Set(reports.flat())]).toEqual([]);
});

test('every link leads somewhere, anchors included', async () => {
  expect(await deadLinks(site, '/')).toEqual([]);
});

test('the first page weighs at most 30 kB over the wire and a claim at most 40 kB, everything included', async () => {
  const weigh = async (page: string): Promise<number> => {
    const html = await site.read(page);
    const parts = [...html.matchAll(/(?:href|src)="(\/(?:_astro|badges)\/[^"]+\.(?:css|js|svg))"/g)];
    const files = [page, ...new Set(parts.map(([, path]) => (path ?? '').slice(1)))];
    const sizes = await Promise.all(files.map(async (file) => gzipSync(await site.read(file)).length));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  expect(await weigh('index.html')).toBeLessThanOrEqual(30_000);
  expect(await weigh(`${claim.slice(1)}index.html`)).toBeLessThanOrEqual(40_000);
});

test('a second build of the same input is the same, byte for byte', async () => {
  await using again = await buildSite({ records });
  expect(again.files).toEqual(site.files);
  for (const file of site.files) expect((await again.bytes(file)).equals(await site.bytes(file)), file).toBe(true);
});
