import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { articleSchema, type Article } from '../../../verify/claim/claim.ts';
import { articleLedgerSchema, type ArticleLedger } from '../../../verify/claim/ledger.ts';

export interface SiteArticle extends ArticleLedger {
  readonly slug: Article;
}

let ledgers: Promise<readonly SiteArticle[]> | undefined;

/** Every article's sentences by number, never by text, in the order in which the claim schema names the articles. */
export function articleLedgers(root: string = process.cwd()): Promise<readonly SiteArticle[]> {
  ledgers ??= Promise.all(articleSchema.options.map((slug) => readLedger(root, slug)));
  return ledgers;
}

async function readLedger(root: string, slug: Article): Promise<SiteArticle> {
  const file = join(root, 'claims', 'articles', `${slug}.yaml`);
  const parsed = articleLedgerSchema.safeParse(parse(await readFile(file, 'utf8')));
  if (parsed.success) return { slug, ...parsed.data };
  const [issue] = parsed.error.issues;
  throw new Error(`claims/articles/${slug}.yaml: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}
