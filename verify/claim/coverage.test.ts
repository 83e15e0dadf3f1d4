import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { sentencesOf } from './article-text.ts';
import { loadCatalogue } from './catalogue.ts';
import { coverageOf } from './coverage.ts';
import { main } from './coverage-cli.ts';
import { UsageError } from './errors.ts';
import { checkFile, claimFile, claimsFolder, ledgerFile, type ClaimsFolder } from './fixture.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The command's status and what it prints, over a folder of its own. */
async function run(folder: ClaimsFolder, ...args: string[]): Promise<{ status: number; printed: string }> {
  vi.stubEnv('BARE_CLAIMS_ROOT', folder.root);
  let printed = '';
  const status = await main(args, (text) => {
    printed += text;
  });
  return { status, printed };
}

const claim = {
  'startup/quick.mdx': claimFile({ sources: { nickoloff: [1, 2] } }),
  'startup/quick.check.ts': checkFile,
};
const partly = {
  ...claim,
  'articles/nickoloff.yaml': ledgerFile(['startup/quick'], ['startup/later', 'startup/quick'], ['startup/later'], null),
};
const textLedger = (content: string, changes: object = {}): string =>
  stringify({
    title: 'A text',
    sentences: sentencesOf(content).map(({ n, paragraph, digest }) => ({
      n,
      paragraph,
      digest,
      section: 'only',
      none: 'rhetoric',
      ...changes,
    })),
  });

test('a statement is covered by one written claim and covered in full by all of them', async () => {
  await using folder = await claimsFolder(partly);
  expect(coverageOf(await loadCatalogue(folder))).toEqual({
    articles: [
      {
        article: 'nickoloff',
        title: 'An article of a test',
        sentences: 4,
        statements: 3,
        covered: 2,
        fullyCovered: 1,
        unmapped: [],
      },
    ],
    statements: 3,
    covered: 2,
    fullyCovered: 1,
    claims: { planned: 2, written: 1, missing: ['startup/later'] },
  });
});

test("the project's own ledger holds five articles, 311 statements and 127 claims", async () => {
  const { articles, statements, claims } = coverageOf(await loadCatalogue());
  expect(Object.fromEntries(articles.map((one) => [one.article, [one.sentences, one.statements]]))).toEqual({
    nickoloff: [81, 59],
    'nickoloff-translation': [85, 59],
    'php-cn': [59, 47],
    simpledocker: [129, 87],
    'trend-micro': [83, 59],
  });
  expect([statements, claims.planned]).toEqual([311, 127]);
  expect(articles.flatMap(({ unmapped }) => unmapped)).toEqual([]);
});

test('the command prints the sums and ends well where nothing is wrong', async () => {
  await using folder = await claimsFolder(partly);
  const { status, printed } = await run(folder);
  expect(status).toBe(0);
  expect(printed).toContain('2 of 3 statements covered; 1 of 2 claims written.');
  const { claims } = JSON.parse((await run(folder, '--json')).printed) as { claims: unknown };
  expect(claims).toEqual({ planned: 2, written: 1, missing: ['startup/later'] });
});

test('a claim with a problem is not counted, is named and ends the command with 1', async () => {
  await using folder = await claimsFolder({ ...partly, 'startup/quick.mdx': '' });
  const { status, printed } = await run(folder);
  expect(status).toBe(1);
  expect(printed).toContain('0 of 3 statements covered');
  expect(printed).toContain('claims/startup/quick.mdx:1: it must begin with frontmatter');
});

test('a sentence that is not mapped ends the command with 1', async () => {
  await using folder = await claimsFolder({ 'articles/php-cn.yaml': textLedger('One. Two.', { none: undefined }) });
  const { status, printed } = await run(folder);
  expect(status).toBe(1);
  expect(printed).toContain('Not mapped in php-cn: sentence 1, 2.');
});

test('a real text is compared with the article that it shares most with', async () => {
  const content = 'Containers start fast. Machines do not.';
  await using folder = await claimsFolder({
    'articles/nickoloff.yaml': textLedger('Machines do not.'),
    'articles/php-cn.yaml': textLedger(content),
  });
  const text = join(folder.root, 'text.txt');
  await writeFile(text, content);
  expect(await run(folder, '--text', text)).toEqual({
    status: 0,
    printed: 'All 2 sentences of php-cn are in its ledger, each mapped, none changed.',
  });
  await writeFile(text, content.replace('do not', 'do too'));
  const { status, printed } = await run(folder, '--text', text);
  expect(status).toBe(1);
  expect(printed).toContain('changed  sentence 2 (ledger: 2), line 1: "Machines do too."');
  expect((await run(folder, '--text', text, '--article', 'nickoloff')).printed).toContain('ledger of nickoloff');
  const { departures } = JSON.parse((await run(folder, '--text', text, '--json')).printed) as { departures: unknown[] };
  expect(departures).toHaveLength(1);
});

test.each<[args: string[], message: RegExp]>([
  [['--what'], /Unknown option '--what'.*\n\nnpm run coverage/s],
  [['--text', '/nowhere/x.txt'], /The text x\.txt could not be read/],
  [['--text', import.meta.filename], /shares no sentence with any article\. Name one: --article nickoloff/],
  [['--text', import.meta.filename, '--article', 'x'], /--article is "x"; the articles are nickoloff\./],
])('the call %j is refused', async (args, message) => {
  await using folder = await claimsFolder(partly);
  await expect(run(folder, ...args)).rejects.toThrow(UsageError);
  await expect(run(folder, ...args)).rejects.toThrow(message);
});
