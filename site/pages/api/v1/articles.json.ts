import type { APIRoute } from 'astro';
import { markSentences } from '../../../lib/articles/article-page.ts';
import { articleLedgers } from '../../../lib/articles/ledger.ts';
import { claimsById } from '../../../lib/claims/catalogue.ts';
import { jsonResponse } from '../../../lib/machine/api.ts';

export const GET: APIRoute = async () => {
  const claims = await claimsById();
  const articles = (await articleLedgers()).map((article) => ({
    id: article.slug,
    title: article.title,
    author: article.author ?? null,
    publisher: article.publisher ?? null,
    sentences: markSentences(article, claims).map(({ n, section, mark, claims: made, missing, none }) => ({
      n,
      section,
      mark,
      claims: [...made.map(({ id }) => id), ...missing],
      none: none ?? null,
    })),
  }));
  return jsonResponse({ version: 1, articles });
};
