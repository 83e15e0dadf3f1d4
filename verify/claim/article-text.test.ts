import fc from 'fast-check';
import { expect, test } from 'vitest';
import { departures, sentenceDigest, sentencesOf } from './article-text.ts';
import type { ArticleLedger } from './ledger.ts';

const text =
  'Containers start fast. Machines do not.\n\n  A heading  \nOne kernel serves all. It is shared. Nobody minds.\n';

/** The ledger of a text in which every sentence is mapped. */
function ledgerOf(content: string): ArticleLedger {
  const sentences = sentencesOf(content).map(({ n, paragraph, digest }) => ({
    n,
    paragraph,
    digest,
    section: 'only',
    none: 'rhetoric' as const,
  }));
  return { title: 'A text', sentences };
}

const found = (changed: string, ledger = ledgerOf(text)) =>
  departures(ledger, sentencesOf(changed)).map(
    (one) => `${one.kind} ${one.kind === 'missing' ? String(one.entry.n) : one.sentence.text}`,
  );

test('sentences are numbered through, lines without empty ones', () => {
  expect(sentencesOf(text).map(({ n, paragraph, text: words }) => [n, paragraph, words])).toEqual([
    [1, 1, 'Containers start fast.'],
    [2, 1, 'Machines do not.'],
    [3, 2, 'A heading'],
    [4, 3, 'One kernel serves all.'],
    [5, 3, 'It is shared.'],
    [6, 3, 'Nobody minds.'],
  ]);
});

test('a digest is the first 64 bits of SHA-256, and white space of any kind and length counts as one space', () => {
  // printf abc | sha256sum (FIPS 180-4, example 1)
  expect(sentenceDigest('abc')).toBe('ba7816bf8f01cfea');
  expect(sentenceDigest(' a\u00a0 b\t\nc ')).toBe(sentenceDigest('a b c'));
});

test.each<[what: string, changed: string, expected: string[]]>([
  ['the same', text, []],
  ['other spacing', text.replaceAll(' ', '  '), []],
  ['other line ends', text.replaceAll('\n', '\r\n'), []],
  ['a sentence added', text.replace('It is', 'It hums. It is'), ['new It hums.']],
  ['a sentence removed', text.replace('It is shared. ', ''), ['missing 5']],
  ['another wording', text.replace('is shared', 'is not shared'), ['changed It is not shared.']],
  [
    'two sentences swapped',
    text.replace('It is shared. Nobody minds.', 'Nobody minds. It is shared.'),
    ['new Nobody minds.', 'missing 6'],
  ],
  ['a new end', `${text}The end.`, ['new The end.']],
  ['a new beginning', `Well.\n${text}`, ['new Well.']],
  ['nothing at all', '', ['missing 1', 'missing 2', 'missing 3', 'missing 4', 'missing 5', 'missing 6']],
])('a text with %s departs so', (_, changed, expected) => {
  expect(found(changed)).toEqual(expected);
});

test('a sentence that the ledger has but does not map is named', () => {
  const ledger = ledgerOf(text);
  const unmapped = {
    ...ledger,
    sentences: ledger.sentences.map(({ none, ...rest }) => (rest.n === 4 ? rest : { ...rest, none })),
  };
  expect(found(text, unmapped)).toEqual(['unmapped One kernel serves all.']);
});

test('repeated sentences are matched in order', () => {
  const twice = 'Why? Because. Why? Because.';
  expect(found(twice, ledgerOf(twice))).toEqual([]);
  expect(found('Why? Because. Because.', ledgerOf(twice))).toEqual(['missing 3']);
});

test('departures account for every sentence of both sides', () => {
  const words = fc.array(fc.constantFrom('One.', 'Two.', 'Three.', 'Four.'), { maxLength: 12 });
  fc.assert(
    fc.property(words, words, (left, right) => {
      const ledger = ledgerOf(left.join(' '));
      const departed = departures(ledger, sentencesOf(right.join(' ')));
      const count = (...kinds: string[]): number => departed.filter(({ kind }) => kinds.includes(kind)).length;
      expect(right.length - count('new', 'changed')).toBe(left.length - count('missing', 'changed'));
      expect(departed.length === 0).toBe(left.join() === right.join());
    }),
  );
});
