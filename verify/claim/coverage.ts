import type { Catalogue } from './catalogue.ts';
import type { Article } from './claim.ts';
import { plannedClaims } from './ledger.ts';

/** How much of one article has its claims written. A statement is a sentence that carries at least one claim. */
export interface ArticleCoverage {
  readonly article: Article;
  readonly title: string;
  readonly sentences: number;
  readonly statements: number;
  /** Statements of which at least one claim is written. */
  readonly covered: number;
  /** Statements of which every claim is written. */
  readonly fullyCovered: number;
  /** Sentences that are said to carry neither a claim nor a reason why none. */
  readonly unmapped: readonly number[];
}

export interface Coverage {
  readonly articles: readonly ArticleCoverage[];
  readonly statements: number;
  readonly covered: number;
  readonly fullyCovered: number;
  readonly claims: { readonly planned: number; readonly written: number; readonly missing: readonly string[] };
}

export function coverageOf({ claims, ledger }: Pick<Catalogue, 'claims' | 'ledger'>): Coverage {
  const written = new Set(claims.map(({ id }) => id));
  const planned = plannedClaims(ledger);
  const articles = [...ledger].map(([article, { title, sentences }]): ArticleCoverage => {
    const statements = sentences.flatMap(({ claims: ids }) => (ids === undefined ? [] : [ids]));
    return {
      article,
      title,
      sentences: sentences.length,
      statements: statements.length,
      covered: statements.filter((ids) => ids.some((id) => written.has(id))).length,
      fullyCovered: statements.filter((ids) => ids.every((id) => written.has(id))).length,
      unmapped: sentences.filter((sentence) => !sentence.claims && !sentence.none).map(({ n }) => n),
    };
  });
  const sum = (key: 'statements' | 'covered' | 'fullyCovered'): number =>
    articles.reduce((total, article) => total + article[key], 0);
  return {
    articles,
    statements: sum('statements'),
    covered: sum('covered'),
    fullyCovered: sum('fullyCovered'),
    claims: {
      planned: planned.length,
      written: planned.filter((id) => written.has(id)).length,
      missing: planned.filter((id) => !written.has(id)),
    },
  };
}
