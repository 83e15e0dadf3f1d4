import { createHash } from 'node:crypto';
import type { ArticleLedger, Sentence } from './ledger.ts';

/** A sentence of a real text, numbered and digested as the ledger does. */
export interface TextSentence {
  readonly n: number;
  readonly paragraph: number;
  readonly digest: string;
  readonly text: string;
}

/** How a text departs from its ledger. `changed`: another wording at a place that the ledger knows. */
export type Departure =
  | { readonly kind: 'new'; readonly sentence: TextSentence }
  | { readonly kind: 'changed'; readonly sentence: TextSentence; readonly entry: Sentence }
  | { readonly kind: 'missing'; readonly entry: Sentence }
  | { readonly kind: 'unmapped'; readonly sentence: TextSentence; readonly entry: Sentence };

/** sha256 of the sentence with white space folded to one space, first 16 hex digits. */
export function sentenceDigest(text: string): string {
  return createHash('sha256').update(text.replace(/\s+/g, ' ').trim()).digest('hex').slice(0, 16);
}

/** English sentences of each non-empty line, by Unicode's rules (UAX 29, as `Intl.Segmenter` applies them). */
export function sentencesOf(text: string): TextSentence[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const all = lines.flatMap((line, index) =>
    [...segmenter.segment(line)]
      .map(({ segment }) => segment.replace(/\s+/g, ' ').trim())
      .filter((sentence) => sentence !== '')
      .map((sentence) => ({ paragraph: index + 1, text: sentence, digest: sentenceDigest(sentence) })),
  );
  return all.map((sentence, index) => ({ n: index + 1, ...sentence }));
}

/** Every sentence that is new, changed, missing or not mapped, in the order of the text. */
export function departures(ledger: ArticleLedger, text: readonly TextSentence[]): Departure[] {
  const entries = ledger.sentences;
  const found: Departure[] = [];
  let [atText, atEntry] = [0, 0];
  for (const [textIndex, entryIndex] of [...commonOrder(text, entries), [text.length, entries.length] as const]) {
    found.push(...between(text.slice(atText, textIndex), entries.slice(atEntry, entryIndex)));
    const [sentence, entry] = [text[textIndex], entries[entryIndex]];
    if (sentence && entry && !entry.claims && !entry.none) found.push({ kind: 'unmapped', sentence, entry });
    [atText, atEntry] = [textIndex + 1, entryIndex + 1];
  }
  return found;
}

/** Between two sentences that agree, what stands at the same place is taken for a changed wording of it. */
function between(text: readonly TextSentence[], entries: readonly Sentence[]): Departure[] {
  const length = Math.max(text.length, entries.length);
  return Array.from({ length }, (_, index): Departure[] => {
    const [sentence, entry] = [text[index], entries[index]];
    if (sentence && entry) return [{ kind: 'changed', sentence, entry }];
    if (sentence) return [{ kind: 'new', sentence }];
    return entry ? [{ kind: 'missing', entry }] : [];
  }).flat();
}

/** Longest common subsequence of the digests, as pairs of indices (Wagner and Fischer 1974). */
function commonOrder(text: readonly TextSentence[], entries: readonly Sentence[]): (readonly [number, number])[] {
  const width = entries.length + 1;
  const lengths = new Uint32Array((text.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = text.length - 1; i >= 0; i -= 1) {
    for (let j = entries.length - 1; j >= 0; j -= 1) {
      const same = text[i]?.digest === entries[j]?.digest;
      lengths[i * width + j] = same ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let [i, j] = [0, 0]; i < text.length && j < entries.length;) {
    if (text[i]?.digest === entries[j]?.digest) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
