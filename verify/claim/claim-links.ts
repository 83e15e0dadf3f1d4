import type { Claim } from './catalogue.ts';
import type { Article } from './claim.ts';
import type { Flaw } from './claim-rules.ts';
import { sourcesOf, type Ledger } from './ledger.ts';

/** Sources against the ledger, both ways: the page and the coverage must not tell different stories. */
export function sourceFlaws({ id, frontmatter }: Claim, ledger: Ledger): Flaw[] {
  const listed = sourcesOf(ledger, id);
  const named = Object.entries(frontmatter.sources) as [Article, number[]][];
  const flaws = named.flatMap(([article, numbers]) => {
    const sentences = ledger.get(article)?.sentences;
    const field = `sources.${article}`;
    if (sentences === undefined) {
      return [{ field, message: `claims/articles/${article}.yaml is missing or has a problem of its own.` }];
    }
    return numbers.flatMap((n): Flaw[] => {
      if (n > sentences.length) {
        return [{ field, message: `there is no sentence ${String(n)}; the article has ${String(sentences.length)}.` }];
      }
      return listed[article]?.includes(n) === true
        ? []
        : [{ field, message: `claims/articles/${article}.yaml does not list this claim at sentence ${String(n)}.` }];
    });
  });
  for (const [article, numbers] of Object.entries(listed) as [Article, number[]][]) {
    const missing = numbers.filter((n) => frontmatter.sources[article]?.includes(n) !== true);
    if (missing.length > 0) {
      flaws.push({
        field: `sources.${article}`,
        message: `the ledger also lists this claim at ${missing.join(', ')}.`,
      });
    }
  }
  return flaws;
}

/** @param known ids of claims that are written or that the ledger plans */
export function linkFlaws({ id, frontmatter }: Claim, known: ReadonlySet<string>): Flaw[] {
  return (['related', 'contradicts', 'parts'] as const).flatMap((field) =>
    frontmatter[field].flatMap((other): Flaw[] => {
      if (other === id) return [{ field, message: 'it names the claim itself.' }];
      return known.has(other) ? [] : [{ field, message: `there is no claim "${other}", written or planned.` }];
    }),
  );
}

/** People cite the last part of an id as well as the whole, so it names one claim only; so does a statement. */
export function twinFlaws(claim: Claim, all: readonly Claim[]): Flaw[] {
  const others = all.filter(({ id }) => id !== claim.id);
  const slug = (id: string): string => id.slice(id.indexOf('/'));
  const sameSlug = others.find(({ id }) => slug(id) === slug(claim.id));
  const sameStatement = others.find(({ frontmatter }) => frontmatter.statement === claim.frontmatter.statement);
  return [
    ...(sameSlug
      ? [{ field: 'id', message: `its name is also that of ${sameSlug.id}; a claim keeps one id for ever.` }]
      : []),
    ...(sameStatement ? [{ field: 'statement', message: `${sameStatement.id} says the same; keep one of them.` }] : []),
  ];
}
