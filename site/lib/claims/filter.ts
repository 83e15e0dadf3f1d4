/** What the fields of the filter ask for; an empty one asks for nothing. */
export interface Filter {
  readonly q: string;
  readonly topic: string;
  readonly verdict: string;
  readonly article: string;
  readonly subject: string;
}

/** What a row of the table says of its claim. */
export interface FilterRow {
  readonly text: string;
  readonly topic: string;
  readonly verdict: string;
  readonly articles: readonly string[];
  readonly subjects: readonly string[];
}

/** Every field that asks for something must be met, and every word of the text must occur, in any order. */
export function matches({ q, topic, verdict, article, subject }: Filter, row: FilterRow): boolean {
  const text = fold(row.text);
  return (
    (topic === '' || row.topic === topic) &&
    (verdict === '' || row.verdict === verdict) &&
    (article === '' || row.articles.includes(article)) &&
    (subject === '' || row.subjects.includes(subject)) &&
    fold(q)
      .split(' ')
      .every((word) => text.includes(word))
  );
}

const fold = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, ' ').trim();

/** The filter as the address keeps it: only what asks for something. */
export function filterToQuery(filter: Filter): string {
  const asked = Object.entries(filter).filter(([, value]) => value !== '');
  return asked.length === 0 ? '' : `?${new URLSearchParams(asked).toString()}`;
}

export function filterFromQuery(query: string): Filter {
  const parameters = new URLSearchParams(query);
  const get = (name: keyof Filter): string => parameters.get(name) ?? '';
  return {
    q: get('q'),
    topic: get('topic'),
    verdict: get('verdict'),
    article: get('article'),
    subject: get('subject'),
  };
}
