import { stringify } from 'yaml';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSentence, mutatedText, mutatedValue } from '../bench/fixture.ts';
import { fuzzCases, fuzzTimeoutMs } from '../bench/fuzz-cases.ts';
import { loadCatalogue, type Catalogue } from './catalogue.ts';
import { bodyText, checkFile, claimFile, claimsFolder, frontmatter, ledgerFile } from './fixture.ts';
import { problemLine } from './problem.ts';
import { selectClaims } from './select.ts';
import { UsageError } from './errors.ts';

// Files that nobody would write on purpose. Each either loads or is named with the reason; the sound one beside it always loads.
const sound = claimFile({ statement: 'Another statement that stands by itself.' });
const timeout = fuzzTimeoutMs;

const folder = () =>
  claimsFolder({
    'articles/nickoloff.yaml': ledgerFile(['startup/quick', 'startup/sound']),
    'startup/quick.mdx': claimFile(),
    'startup/quick.check.ts': checkFile,
    'startup/sound.mdx': sound,
    'startup/sound.check.ts': checkFile,
  });

function expectNamed({ claims, problems }: Catalogue, file: string, id: string): void {
  const own = problems.filter((problem) => problem.file === file);
  if (!claims.some((claim) => claim.id === id)) expect(own.length).toBeGreaterThan(0);
  for (const problem of problems) {
    expect(problemLine(problem)).toMatch(/^claims\/\S+\.(mdx|yaml)(:\d+)?: /);
    expect(isSentence(problem.message), problem.message).toBe(true);
  }
}

test(
  'a claim file of any text loads or is named with its faults, and the other one is there',
  { timeout },
  async () => {
    await using claims = await folder();
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutatedText(claimFile()), fc.string({ unit: 'binary' })), async (text) => {
        await writeFile(join(claims.root, 'startup/quick.mdx'), text);
        const catalogue = await loadCatalogue(claims);
        expect(catalogue.claims.map(({ id }) => id)).toContain('startup/sound');
        expectNamed(catalogue, 'claims/startup/quick.mdx', 'startup/quick');
      }),
      { numRuns: fuzzCases },
    );
  },
);

test('where a field holds what it cannot, the field is named', { timeout }, async () => {
  await using claims = await folder();
  await fc.assert(
    fc.asyncProperty(mutatedValue(frontmatter), async ({ path, value }) => {
      await writeFile(join(claims.root, 'startup/quick.mdx'), `---\n${stringify(value ?? {})}---\n${bodyText()}`);
      const catalogue = await loadCatalogue(claims);
      expectNamed(catalogue, 'claims/startup/quick.mdx', 'startup/quick');
      const own = catalogue.problems.filter(({ file }) => file === 'claims/startup/quick.mdx');
      if (own.length === 0 || path.length === 0) return;
      // What is missing is missing from its parent; what a rule needs beside it may be named in its place.
      expect(own.some(({ field, message }) => (field ?? message).length > 0)).toBe(true);
      expect(own.every(({ line }) => line === undefined || line > 1)).toBe(true);
    }),
    { numRuns: fuzzCases },
  );
});

test(
  "an article's ledger of any text is read or named with its faults, and no claim is lost with it",
  { timeout },
  async () => {
    await using claims = await folder();
    const valid = ledgerFile(['startup/quick', 'startup/sound'], null);
    await fc.assert(
      fc.asyncProperty(mutatedText(valid), async (text) => {
        await writeFile(join(claims.root, 'articles/nickoloff.yaml'), text);
        const catalogue = await loadCatalogue(claims);
        for (const { message } of catalogue.problems) expect(isSentence(message), message).toBe(true);
        if (!catalogue.ledger.has('nickoloff')) {
          expect(catalogue.problems.map(({ file }) => file)).toContain('claims/articles/nickoloff.yaml');
        }
      }),
      { numRuns: fuzzCases },
    );
  },
);

test('any words that should name claims name some, or are refused with the word', { timeout }, async () => {
  await using claims = await folder();
  const catalogue = await loadCatalogue(claims);
  const word = fc.oneof(
    fc.string({ unit: 'binary' }),
    mutatedText('startup/quick'),
    fc.constantFrom('startup', '**', '{,}', '[', '*(', '!(a)'),
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), (words) => {
      try {
        expect(selectClaims(catalogue, words).length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        expect(words.some((one) => (error as Error).message.includes(one))).toBe(true);
      }
    }),
    { numRuns: fuzzCases },
  );
});
