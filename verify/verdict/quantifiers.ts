import type { Rule } from './rule.ts';

/** What a word of the articles is taken to mean, where a claim states nothing else. */
export interface Quantifier {
  readonly words: readonly string[];
  readonly meaning: string;
  readonly rule: Rule;
  /** Why this figure and no other. */
  readonly because: string;
}

/** The one table of quantifiers; the site prints it, claims cite it. */
export const quantifiers: readonly Quantifier[] = [
  {
    words: ['milliseconds'],
    meaning: 'median below 1 s',
    rule: { kind: 'quantileBelow', quantile: 0.5, threshold: 1, unit: 's' },
    because: 'From 1 s on, one would count in seconds.',
  },
  {
    words: ['seconds', 'within seconds'],
    meaning: '90th percentile below 10 s',
    rule: { kind: 'quantileBelow', quantile: 0.9, threshold: 10, unit: 's' },
    because:
      'One digit of seconds, and not only on a good day; the limit of attention in Nielsen, Usability Engineering (1993), chapter 5.',
  },
  {
    words: ['a few seconds'],
    meaning: 'at most 10 s',
    rule: { kind: 'quantileBelow', quantile: 0.5, threshold: 10, unit: 's' },
    because: 'One digit of seconds.',
  },
  {
    words: ['minutes'],
    meaning: 'median of at least 60 s',
    rule: { kind: 'quantileAtLeast', quantile: 0.5, threshold: 60, unit: 's' },
    because: 'The least that "minutes" can mean, so that the word is read in its favour.',
  },
  {
    words: ['instantly', 'instant'],
    meaning: 'at most 0.1 s',
    rule: { kind: 'quantileBelow', quantile: 0.5, threshold: 0.1, unit: 's' },
    because:
      'Up to 0.1 s people feel that a system reacts at once: Miller, AFIPS Fall Joint Computer Conference (1968); Nielsen (1993).',
  },
  {
    words: ['almost instantly'],
    meaning: 'at most 1 s',
    rule: { kind: 'quantileBelow', quantile: 0.5, threshold: 1, unit: 's' },
    because: 'Up to 1 s the flow of thought stays unbroken: Miller (1968); Nielsen (1993).',
  },
  {
    words: ['near', 'nearly', 'almost no loss', 'as cheap as'],
    meaning: 'no more than 5% costlier (non-inferiority)',
    rule: { kind: 'notCostlier', margin: 0.05 },
    because:
      'What these words deny is a loss, so only one side counts; 5% is what careful measuring can still tell apart.',
  },
  {
    words: ['the same', 'just like'],
    meaning: 'within 5%, both ways (equivalence)',
    rule: { kind: 'equivalent', margin: 0.05 },
    because: 'A difference in either direction contradicts it. No significant difference is not the same as none.',
  },
  {
    words: ['more', 'slower', 'costlier'],
    meaning: 'at least 5% more, with the whole interval',
    rule: { kind: 'ratioAtLeast', factor: 1.05 },
    because: 'Clear of what would still count as nearly the same.',
  },
  {
    words: ['less', 'faster', 'fewer'],
    meaning: 'at least 5% less, with the whole interval',
    rule: { kind: 'ratioAtMost', factor: 1 / 1.05 },
    because: 'The mirror of "more": swapping the subjects must not change the answer.',
  },
  {
    words: ['far more', 'much more'],
    meaning: 'at least twice',
    rule: { kind: 'ratioAtLeast', factor: 2 },
    because: 'The least factor that nobody would call "some".',
  },
  {
    words: ['a fraction', 'far fewer', 'far less'],
    meaning: 'at most half',
    rule: { kind: 'ratioAtMost', factor: 0.5 },
    because: 'The mirror of "far more".',
  },
  {
    words: ['a large number', 'many'],
    meaning: 'at least 100',
    rule: { kind: 'countAtLeast', count: 100 },
    because: 'More than one would start or keep by hand.',
  },
];
