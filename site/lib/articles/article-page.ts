import type { SiteClaim } from '../claims/catalogue.ts';
import type { SiteArticle } from './ledger.ts';
import { sentenceMark, type Mark } from './holding.ts';

/** A sentence of an article with what became of it. */
export interface MarkedSentence {
  readonly n: number;
  readonly section: string;
  readonly mark: Mark;
  readonly claims: readonly SiteClaim[];
  /** Claims that it needs and that nobody has written yet. */
  readonly missing: readonly string[];
  /** Why it carries none. */
  readonly none: string | undefined;
}

export function markSentences(
  { sentences }: SiteArticle,
  claims: ReadonlyMap<string, SiteClaim>,
): readonly MarkedSentence[] {
  return sentences.map(({ n, section, claims: ids = [], none }) => {
    const found = ids.map((id) => claims.get(id));
    return {
      n,
      section,
      none,
      mark: sentenceMark(found.map((claim) => claim?.verdict)),
      claims: found.filter((claim) => claim !== undefined),
      missing: ids.filter((id) => !claims.has(id)),
    };
  });
}

/** Sentences by section, in the article's order. */
export function bySection(sentences: readonly MarkedSentence[]) {
  const groups: { section: string; sentences: MarkedSentence[] }[] = [];
  for (const sentence of sentences) {
    const last = groups.at(-1);
    if (last?.section === sentence.section) last.sentences.push(sentence);
    else groups.push({ section: sentence.section, sentences: [sentence] });
  }
  return groups;
}

/** "by Jeff Nickoloff, translated by Tian Haohao, SimpleDocker, 2016-01-01" */
export function byline({ author, translator, publisher, date }: SiteArticle): string {
  return [
    author === undefined ? '' : `by ${author}`,
    translator === undefined ? '' : `translated by ${translator}`,
    publisher ?? '',
    date ?? '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
