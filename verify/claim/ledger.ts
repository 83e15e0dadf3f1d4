import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { articleSchema, claimIdSchema, type Article } from './claim.ts';
import { displayPath, type Problem } from './problem.ts';
import { parseYaml } from './yaml.ts';

const sentenceSchema = z
  .strictObject({
    /** Its place among the article's sentences, from 1: what a claim's `sources` name. */
    n: z.int().positive(),
    /** The line of the text on which it stands, from 1, empty lines not counted. */
    paragraph: z.int().positive(),
    /** A label of our own, or the article's section number. */
    section: z.string().min(1).max(80),
    digest: z.string().regex(/^[0-9a-f]{16}$/),
    /** The claims that make what it says testable. A sentence with claims is a statement. */
    claims: z.array(claimIdSchema).min(1).optional(),
    /** Why it carries no claim. A sentence with neither is not mapped yet. */
    none: z.enum(['attribution', 'heading', 'note', 'reference', 'rhetoric', 'set-up']).optional(),
  })
  .refine(({ claims, none }) => claims === undefined || none === undefined, 'a sentence has claims or none, not both');
export type Sentence = z.infer<typeof sentenceSchema>;

/** `claims/articles/<article>.yaml`: an article and each of its sentences by number and digest, never by text. */
export const articleLedgerSchema = z.strictObject({
  title: z.string().min(3),
  author: z.string().min(2).optional(),
  translator: z.string().min(2).optional(),
  translationOf: articleSchema.optional(),
  publisher: z.string().min(2).optional(),
  date: z.iso.date().optional(),
  url: z.url().optional(),
  note: z.string().optional(),
  sentences: z
    .array(sentenceSchema)
    .min(1)
    .refine((all) => all.every(({ n }, index) => n === index + 1), 'sentences must be numbered 1, 2, 3, ... in order'),
});
export type ArticleLedger = z.infer<typeof articleLedgerSchema>;

export type Ledger = ReadonlyMap<Article, ArticleLedger>;

/** The ledgers of all articles; one that cannot be read is left out and named among the problems. */
export async function loadLedger(root: string): Promise<{ ledger: Ledger; problems: Problem[] }> {
  const folder = join(root, 'articles');
  const ledger = new Map<Article, ArticleLedger>();
  const problems: Problem[] = [];
  for (const name of await articleFiles(folder)) {
    const file = displayPath(root, join(folder, name));
    const slug = articleSchema.safeParse(name.replace(/\.yaml$/, ''));
    if (!slug.success) {
      problems.push({ file, message: `no such article; the articles are ${articleSchema.options.join(', ')}.` });
      continue;
    }
    const parsed = parseYaml(await readFile(join(folder, name), 'utf8'), articleLedgerSchema, file);
    if ('problems' in parsed) problems.push(...parsed.problems);
    else ledger.set(slug.data, parsed.value);
  }
  return { ledger, problems };
}

async function articleFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Every claim that the articles need, written or not, sorted. */
export function plannedClaims(ledger: Ledger): string[] {
  const ids = [...ledger.values()].flatMap(({ sentences }) => sentences.flatMap(({ claims }) => claims ?? []));
  return [...new Set(ids)].sort();
}

/** The sentences that carry a claim, by article. */
export function sourcesOf(ledger: Ledger, claim: string): Partial<Record<Article, number[]>> {
  const sources: Partial<Record<Article, number[]>> = {};
  for (const [article, { sentences }] of ledger) {
    const numbers = sentences.filter(({ claims }) => claims?.includes(claim)).map(({ n }) => n);
    if (numbers.length > 0) sources[article] = numbers;
  }
  return sources;
}
