import type { SiteArticle } from './ledger.ts';

/** Sentence numbers grouped by the section in which they stand, in the article's order. */
export function sectionsOf({ sentences }: Pick<SiteArticle, 'sentences'>, numbers: readonly number[]) {
  const groups: { section: string; sentences: number[] }[] = [];
  for (const { n, section } of sentences) {
    if (!numbers.includes(n)) continue;
    const last = groups.at(-1);
    if (last?.section === section) last.sentences.push(n);
    else groups.push({ section, sentences: [n] });
  }
  return groups;
}
