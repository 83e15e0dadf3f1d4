import { getCollection, render, type CollectionEntry } from 'astro:content';

export interface MethodDocument {
  readonly id: string;
  readonly title: string;
  readonly entry: CollectionEntry<'documents'>;
}

/** The generated documents about the method, by name; those that were not generated yet are left out. */
export async function methodDocuments(): Promise<readonly MethodDocument[]> {
  const entries = await getCollection('documents');
  const documents = entries.map(async (entry) => {
    const { headings } = await render(entry);
    return { id: entry.id, title: headings.find(({ depth }) => depth === 1)?.text ?? entry.id, entry };
  });
  return (await Promise.all(documents)).sort((a, b) => (a.id < b.id ? -1 : 1));
}
