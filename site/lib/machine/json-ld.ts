import type { Verdict } from '../../../verify/verdict/verdict.ts';
import { isoDay } from '../format/date.ts';

/** JSON that may stand in a script element: nothing in it can end the element or start another. */
export function escapeForScript(value: unknown): string {
  const escapes: Readonly<Record<string, string>> = {
    '<': '\\u003c',
    '>': '\\u003e',
    '&': '\\u0026',
    '\u2028': '\\u2028',
    '\u2029': '\\u2029',
  };
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (sign) => escapes[sign] ?? sign);
}

/** How true a verdict makes its claim, from 1 (false) to 5 (true); a verdict that decides nothing has no rating. */
const ratings: Partial<Record<Verdict, number>> = { verified: 5, mixed: 3, refuted: 1 };

export interface Reviewed {
  readonly statement: string;
  readonly verdict: Verdict;
  readonly verdictLabel: string;
  readonly summary: string;
  readonly url: string;
  readonly home: string;
  readonly measured: string | undefined;
  readonly articles: readonly { title: string; author: string | undefined; url: string | undefined }[];
}

/** Schema.org's ClaimReview, for a claim whose verdict decides something. */
export function claimReview(claim: Reviewed): Record<string, unknown> | undefined {
  const rating = ratings[claim.verdict];
  if (rating === undefined || claim.measured === undefined) return undefined;
  return {
    '@context': 'https://schema.org',
    '@type': 'ClaimReview',
    url: claim.url,
    claimReviewed: claim.statement,
    datePublished: isoDay(claim.measured),
    reviewBody: claim.summary,
    author: { '@type': 'Organization', name: 'Bare Claims', url: claim.home },
    itemReviewed: {
      '@type': 'Claim',
      appearance: claim.articles.map(({ title, author, url }) => ({
        '@type': 'CreativeWork',
        headline: title,
        ...(author === undefined ? {} : { author: { '@type': 'Person', name: author } }),
        ...(url === undefined ? {} : { url }),
      })),
    },
    reviewRating: {
      '@type': 'Rating',
      ratingValue: rating,
      bestRating: 5,
      worstRating: 1,
      alternateName: claim.verdictLabel,
    },
  };
}
