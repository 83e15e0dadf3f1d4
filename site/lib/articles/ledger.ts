import { getEntry } from 'astro:content';
import { articleSchema, type Article } from '../../../verify/claim/claim.ts';
import type { ArticleLedger } from '../../../verify/claim/ledger.ts';

export interface SiteArticle extends ArticleLedger {
  readonly slug: Article;
}

let ledgers: Promise<readonly SiteArticle[]> | undefined;

/** Every article's sentences by number, never by text, in the order in which the claim schema names the articles. */
export function articleLedgers(): Promise<readonly SiteArticle[]> {
  ledgers ??= Promise.all(articleSchema.options.map(ledgerOf));
  return ledgers;
}

async function ledgerOf(slug: Article): Promise<SiteArticle> {
  const entry = await getEntry('articles', slug);
  if (entry === undefined) throw new Error(`There is no claims/articles/${slug}.yaml.`);
  return { slug, ...entry.data };
}
