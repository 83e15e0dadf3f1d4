import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desktop, openBrowser, phone, visit } from './browser.ts';
import { buildSite, type BuiltSite } from './built-site.ts';
import { scores } from './lighthouse.ts';
import { serve } from './serve.ts';

const claim = '/claims/startup/container-provisions-in-milliseconds/';
const artifacts = 'artifacts/site';

let site: BuiltSite;
let browser: Browser;

/** The site as it is published, from the records in the repository. */
beforeAll(async () => {
  await mkdir(artifacts, { recursive: true });
  [site, browser] = await Promise.all([buildSite({ records: join(process.cwd(), 'runs') }), openBrowser()]);
}, 600_000);

afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
});

const shownRows = (page: Page) => page.locator('table.claims tbody tr:visible');
const width = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);

test('filters work, live in the address, and are gone again', async () => {
  const { page, complaints } = await visit(browser, site, '/?verdict=refuted');
  const rows = shownRows(page);
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

test('somebody who comes back from a claim finds the table as it was filtered', async () => {
  const { page } = await visit(browser, site, '/');
  await page.getByRole('combobox', { name: 'Topic' }).selectOption('startup');
  const before = await shownRows(page).allTextContents();
  await shownRows(page).first().getByRole('link').click();
  await page.waitForURL('**/claims/startup/**');
  await page.goBack();
  expect(await page.getByRole('combobox', { name: 'Topic' }).inputValue()).toBe('startup');
  expect(await shownRows(page).allTextContents()).toEqual(before);
  await page.context().close();
});

test('the full text is searched, each search has an address, and going back goes back to the one before', async () => {
  const { page, complaints } = await visit(browser, site, '/');
  await page.getByLabel('Words').fill('first instruction');
  await page.getByRole('link', { name: 'Search the full text' }).click();
  const found = page.locator('#found a');
  await found.first().waitFor();
  expect(new URL(page.url()).search).toBe('?q=first+instruction');
  expect(await found.evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toContain(claim);
  expect(await page.locator('#found mark').count()).toBeGreaterThan(0);

  await page.getByLabel('Words').fill('жук');
  await page.keyboard.press('Enter');
  await page.getByText('0 pages').waitFor();
  await page.goBack();
  await found.first().waitFor();
  expect(await page.getByLabel('Words').inputValue()).toBe('first instruction');
  await found.first().click();
  await page.locator('h1').waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('only the page that searches loads the index, and its policy allows no more than any other', async () => {
  const policy = (html: string) => /content-security-policy" content="([^"]+)"/.exec(html)?.[1];
  expect(policy(await site.read('search/index.html'))).toBe(policy(await site.read('index.html')));
  const pages = site.files.filter((file) => file.endsWith('.html') && file !== 'search/index.html');
  for (const file of pages) expect(await site.read(file), file).not.toMatch(/<script[^>]*(search|pagefind)/);
});

test('without script everything can be read, and nothing is offered that would not work', async () => {
  const options = { javaScriptEnabled: false };
  const { page } = await visit(browser, site, '/', options);
  expect(await page.locator('table.claims tbody tr').count()).toBeGreaterThan(0);
  expect(await page.locator('#filter').isVisible()).toBe(false);
  await page.context().close();
  const { page: search } = await visit(browser, site, '/search/', options);
  expect(await search.locator('form').isVisible()).toBe(false);
  expect(await search.getByText('Searching needs a script').isVisible()).toBe(true);
  await search.context().close();
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

test('the card stands in a frame of somebody else’s page, and fits the size that is offered', async () => {
  const { page, complaints } = await visit(browser, site, claim);
  const frame = (await page.getByLabel('Card in HTML').textContent()) ?? '';
  const { origin } = new URL(page.url());
  await page.goto('about:blank');
  await page.setContent(frame.replace(/(?<=src=")https:\/\/[^/]+/, origin));
  const inside = page.frameLocator('iframe');
  await inside.getByRole('heading').waitFor();
  const height = await inside.locator('main').evaluate((main) => main.getBoundingClientRect().bottom);
  expect(height).toBeLessThanOrEqual(Number(/height="(\d+)"/.exec(frame)?.[1]));
  await inside.getByRole('link').click({ trial: true });
  expect(await inside.getByRole('link').getAttribute('target')).toBe('_top');
  await page.screenshot({ path: `${artifacts}_card-in-a-frame.png` });
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('by keyboard alone somebody filters, opens a claim, opens its check and follows a link', async () => {
  const { page } = await visit(browser, site, '/');
  const focused = page.locator(':focus');
  const tabTo = async (what: (page: Page) => Promise<boolean>): Promise<void> => {
    for (let presses = 0; presses < 200; presses += 1) {
      await page.keyboard.press('Tab');
      if (await what(page)) return;
    }
    throw new Error('200 presses of Tab did not reach it.');
  };
  const at = (selector: string) => (): Promise<boolean> =>
    focused.evaluate((element, of) => element.matches(of), selector);

  await page.keyboard.press('Tab');
  expect(await focused.textContent()).toContain('Skip to the content');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#main');
  await tabTo(at('input[name=q]'));
  await page.keyboard.type('provisioned milliseconds');
  await tabTo(at('table.claims tbody a'));
  expect(await focused.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe('none');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${claim}`);
  await tabTo(at('summary:has(code)'));
  await page.keyboard.press('Enter');
  expect(await page.getByRole('region', { name: 'Source of the check' }).isVisible()).toBe(true);
  await page.keyboard.press('Tab');
  expect(await focused.getAttribute('aria-label')).toBe('Source of the check');
  await tabTo(at('a[href^="/articles/"]'));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/articles/**');
  await page.context().close();
});

test.each(['/', claim, '/compare/', '/hosts/', '/tables/breakout-matrix/', '/articles/nickoloff/', '/method/'])(
  '%s at 400% zoom need not be scrolled sideways',
  async (path) => {
    // 1280 pixels at 400% are 320 of the page's own.
    const { page } = await visit(browser, site, path, { viewport: { width: 320, height: 256 } });
    expect(await width(page)).toBeLessThanOrEqual(320);
    await page.context().close();
  },
);

test('handouts print on A4 and Letter, without what only a screen needs', async () => {
  const { page } = await visit(browser, site, '/training/startup/', { viewport: desktop });
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await page.getByRole('navigation').isVisible()).toBe(false);
  expect(await page.locator('.screen-only').first().isVisible()).toBe(false);
  // Ink on paper, also for those whose screen is dark.
  expect(await page.locator('h1').evaluate((element) => getComputedStyle(element).color)).toBe('rgb(30, 29, 26)');
  for (const format of ['A4', 'Letter']) {
    const pdf = await page.pdf({
      format,
      path: `${artifacts}_handout-${format}.pdf`,
      margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' },
    });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThanOrEqual(1);
  }
  await page.context().close();
});

test('on a phone the table of claims is a list that can be read', async () => {
  const { page } = await visit(browser, site, '/', { viewport: phone, colorScheme: 'dark' });
  const [first] = await page.locator('table.claims tbody tr').all();
  const box = await first?.boundingBox();
  expect(box?.width).toBeLessThanOrEqual(phone.width);
  expect(await width(page)).toBeLessThanOrEqual(phone.width);
  await page.context().close();
});

describe('Lighthouse', () => {
  test.each(['/', claim, '/articles/nickoloff/', '/compare/'])('gives %s full marks', async (path) => {
    await using server = await serve(site);
    expect(await scores(server.origin + path)).toEqual({
      performance: 100,
      accessibility: 100,
      'best-practices': 100,
      seo: 100,
    });
  });
});
