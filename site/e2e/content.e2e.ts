import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sax from 'sax';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordSchema } from '../../verify/record/record.ts';
import { frontmatterOf } from '../fixtures/claims.ts';
import { hostileRecord, hostileText } from '../fixtures/hostile.ts';
import { fixtureRecord } from '../fixtures/record.ts';
import { openBrowser, visit } from './browser.ts';
import { buildSite, type BuiltSite } from './built-site.ts';
import { deadLinks } from './links.ts';

const claims = 'site/fixtures/claims';
const claim = 'format/renders-tables';
const page = `claims/${claim}/index.html`;

let records: string;
let site: BuiltSite;
let browser: Browser;

/** Made-up claims, hostile records good and bad, and all of it under a base path: the least friendly build there is. */
beforeAll(async () => {
  records = await mkdtemp(join(tmpdir(), 'bare-claims-hostile-'));
  await mkdir(records, { recursive: true });
  const hostile = hostileRecord(await frontmatterOf(claims));
  const files: Record<string, string> = {
    'a-hostile.json': JSON.stringify(hostile),
    'b-again.json': JSON.stringify(hostile),
    'c-truncated.json': JSON.stringify(hostile).slice(0, 400),
    'd-infinite.json': JSON.stringify(hostile).replace('"durationMs":8123', '"durationMs":1e999'),
    'e-extra.json': JSON.stringify({ ...hostile, run: '20261121T101502Z-0000000e', extra: hostileText }),
    'f-later.json': JSON.stringify({ ...hostile, run: '20261121T101502Z-0000000f', schema: 99 }),
    'g-not-an-object.json': '[1, 2]',
    'h-climbs-<b>.json': JSON.stringify({ ...hostile, run: '../../../etc/passwd' }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(records, name), text);
  [site, browser] = await Promise.all([buildSite({ claims, records, base: '/a/base' }), openBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
  await rm(records, { recursive: true, force: true });
});

test('remark-gfm renders tables, footnotes, task lists, struck text and bare addresses', async () => {
  const html = await site.read(page);
  expect(html).toContain('<td class="align-right">1</td>');
  expect(html).toContain('<td class="align-center">x</td>');
  expect(html).toContain('<del>struck</del>');
  expect(html).toMatch(/<a href="#user-content-fn-1"[^>]*data-footnote-ref/);
  expect(html).toMatch(/<input type="checkbox"[^>]*checked[^>]*aria-label="done"|aria-label="done"[^>]*checked/);
  expect(html).toContain('<a href="https://bare-claims.example/">');
  expect(html).toMatch(/<span class="token keyword">const<\/span>/);
  expect(html).not.toMatch(/ style=/);
});

test('a hostile record is shown escaped and runs nowhere', async () => {
  for (const path of [`/claims/${claim}/`, '/', '/runs/', '/runs/20261121T101502Z-0badc0de/']) {
    const { page: open, complaints } = await visit(browser, site, path);
    expect(await open.evaluate(() => 'pwned' in globalThis), path).toBe(false);
    expect(await open.locator('img[src="x"], script:text("pwned"):not([type="application/ld+json"])').count()).toBe(0);
    expect(complaints, path).toEqual([]);
    await open.context().close();
  }
  const html = await site.read(page);
  expect(html).toContain('&lt;script&gt;');
});

test('records that are not valid are refused by name, and the build goes on', async () => {
  const runs = await site.read('runs/index.html');
  for (const [file, because] of [
    ['b-again.json', 'is there already'],
    ['c-truncated.json', 'cannot be read as JSON'],
    ['d-infinite.json', 'durationMs'],
    ['e-extra.json', 'extra'],
    ['f-later.json', 'schema version is 99'],
    ['g-not-an-object.json', 'expected'],
    ['h-climbs-&lt;b&gt;.json', 'run'],
  ] as const) {
    expect(runs).toContain(file);
    expect(runs.slice(runs.indexOf(file))).toContain(because);
    expect(site.log).toContain(file.replace('&lt;b&gt;', '<b>'));
  }
  expect(site.files.filter((file) => /^runs\/.+\/index\.html$/.test(file))).toHaveLength(1);
});

test('under a base path every link leads somewhere', async () => {
  expect(await deadLinks(site, '/a/base/')).toEqual([]);
});

test('canonical address, feed and sitemap carry the base path, and are well-formed', async () => {
  const full = `https://bare-claims.example/a/base/claims/${claim}/`;
  expect(await site.read(page)).toContain(`<link rel="canonical" href="${full}">`);
  for (const file of ['feed.xml', 'sitemap-0.xml', 'sitemap-index.xml', `badges/${claim}.svg`]) {
    const xml = await site.read(file);
    expect(() => sax.parser(true).write(xml).close(), file).not.toThrow();
    expect(xml, file).not.toContain('<script');
  }
  expect(await site.read('feed.xml')).toContain('href="https://bare-claims.example/a/base/feed.xml"');
  expect(await site.read('sitemap-0.xml')).toContain(full);
});

test('what search engines are told is JSON that cannot end its element', async () => {
  const html = await site.read(page);
  const [, json = ''] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html) ?? [];
  const review = JSON.parse(json) as { '@type': string; reviewBody: string; reviewRating: { ratingValue: number } };
  expect(review).toMatchObject({ '@type': 'ClaimReview', reviewRating: { ratingValue: 5 } });
  expect(review.reviewBody).toContain(hostileText);
});

test('data for machines is valid: record, claim, badge, samples', async () => {
  const record: unknown = JSON.parse(await site.read('api/v1/runs/20261121T101502Z-0badc0de.json'));
  expect(recordSchema.safeParse(record).success).toBe(true);
  expect(JSON.parse(await site.read(`api/v1/claims/${claim}.json`))).toMatchObject({ id: claim, verdict: 'verified' });
  expect(JSON.parse(await site.read(`badges/${claim}.json`))).toMatchObject({ schemaVersion: 1 });
  expect(await site.read(`data/${claim}.csv`)).toMatch(
    /^claim,finding,control,subject,role,index,value,unit,at_ms\r\n/,
  );
  const schema = JSON.parse(await site.read('api/v1/schema/record.json')) as Record<string, unknown>;
  expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' });
});

test('without any record a claim says that it has not been run', async () => {
  await using bare = await buildSite({ claims });
  const html = await bare.read(page);
  expect(html).toContain('Not run');
  expect(html).toContain('It has not been run yet');
  expect(await bare.read('runs/index.html')).toContain('No run is on record yet');
});

test('a build without any claim fails and says so', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'bare-claims-empty-'));
  try {
    await expect(buildSite({ claims: empty })).rejects.toThrow(/No claim was found/);
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
});

test('made-up records never reach what is published', () => {
  expect(fixtureRecord(new Map()).host.cpuModel).toBe('Fixture CPU');
  expect(site.files.some((file) => file.includes('fixture'))).toBe(false);
});
