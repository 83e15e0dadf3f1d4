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
  '/runs/',
  '/runs/20261121T101502Z-1a2b3c4d/',
  '/method/',
  '/method/simulation/',
  '/quantifiers/',
  '/cite/',
  '/training/',
  '/training/startup/',
  '/api/',
  '/404.html',
];

let records: string;
let site: BuiltSite;
let browser: Browser;

beforeAll(async () => {
  records = await mkdtemp(join(tmpdir(), 'bare-claims-records-'));
  await writeFixtureRecords('claims', records);
  [site, browser] = await Promise.all([buildSite({ records }), openBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
  await rm(records, { recursive: true, force: true });
});

describe.each([
  ['desktop', 'light', desktop],
  ['phone', 'dark', phone],
] as const)('on a %s in the %s scheme', (device, colorScheme, viewport) => {
  test.each(kinds)('%s is accessible, fits, and asks nobody else for anything', async (path) => {
    const { page, complaints } = await visit(browser, site, path, { viewport, colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
    expect(complaints).toEqual([]);
    const name = path.replaceAll('/', '_');
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
  for (const file of site.files) expect(await again.read(file), file).toBe(await site.read(file));
});

test('filters work, live in the address, and are gone again', async () => {
  const { page, complaints } = await visit(browser, site, '/?verdict=refuted');
  const rows = page.locator('table.claims tbody tr:visible');
  const refuted = await rows.count();
  expect(refuted).toBeGreaterThan(0);
  expect(await rows.filter({ hasText: 'Refuted' }).count()).toBe(refuted);

  await page.getByRole('combobox', { name: 'Verdict' }).selectOption('');
  await page.getByLabel('Words').fill('milliseconds provisioned');
  expect(await rows.count()).toBe(1);
  expect(new URL(page.url()).searchParams.get('q')).toBe('milliseconds provisioned');
  expect(await page.locator('output').textContent()).toMatch(/^1 of \d+ claims$/);

  await page.getByRole('button', { name: 'Show all' }).click();
  expect(await rows.count()).toBeGreaterThan(refuted);
  expect(new URL(page.url()).search).toBe('');
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('without script everything can be read, and nothing is offered that would not work', async () => {
  const { page } = await visit(browser, site, '/', { javaScriptEnabled: false });
  expect(await page.locator('table.claims tbody tr').count()).toBeGreaterThan(0);
  expect(await page.locator('#filter').isVisible()).toBe(false);
  await page.context().close();
});

test('a citation is copied by its button', async () => {
  const { page, complaints } = await visit(browser, site, claim, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await page.getByRole('button', { name: 'Copy the BibTeX citation' }).click();
  await page.getByText('Copied').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^@misc\{bareclaims-startup-container-provisions-in-milliseconds,/);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('the keyboard comes to the content first, and sees where it is', async () => {
  const { page } = await visit(browser, site, claim);
  await page.keyboard.press('Tab');
  expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#main');
  await page.context().close();
});

test('at 400% zoom nothing has to be scrolled sideways', async () => {
  // 1280 pixels at 400% are 320 of the page's own.
  const { page } = await visit(browser, site, claim, { viewport: { width: 320, height: 256 } });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await page.context().close();
});
