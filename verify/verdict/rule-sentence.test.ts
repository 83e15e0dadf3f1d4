import { expect, test } from 'vitest';
import { formatValue, quantileName } from './format.ts';
import { quantifiers } from './quantifiers.ts';
import { ruleSchema, type Rule } from './rule.ts';
import { ruleSentence } from './rule-sentence.ts';

test.each<[Rule, string]>([
  [
    { kind: 'quantileBelow', quantile: 0.9, threshold: 10, unit: 's' },
    'Holds if the whole 95% interval of the 90th percentile lies below 10 s; fails if it lies at or above.',
  ],
  [
    { kind: 'quantileAtLeast', quantile: 0.5, threshold: 60, unit: 's' },
    'Holds if the whole 95% interval of the median is at least 60 s; fails if it lies below.',
  ],
  [
    { kind: 'notCostlier', margin: 0.05 },
    'Holds if the whole 95% interval of the cost ratio lies below 1.05 (non-inferiority within 5%); fails if it lies at or above.',
  ],
  [
    { kind: 'equivalent', margin: 0.05 },
    'Holds if the whole 95% interval of the ratio lies within 0.9524 to 1.05 (equivalence within 5%); fails if it lies outside.',
  ],
  [{ kind: 'isFalse' }, 'Holds if it is not observed; fails if it is.'],
  [{ kind: 'countAtLeast', count: 100 }, 'Holds if there are at least 100; fails if there are fewer.'],
])('%j reads as a sentence', (rule, sentence) => {
  expect(ruleSentence(rule)).toBe(sentence);
});

test('every quantifier is a valid rule with a reason, and no word has two meanings', () => {
  const words = quantifiers.flatMap((quantifier) => quantifier.words);
  expect(new Set(words).size).toBe(words.length);
  for (const { rule, meaning, because } of quantifiers) {
    expect(ruleSchema.parse(rule)).toEqual(rule);
    expect(ruleSentence(rule)).toMatch(/^Holds if .*\.$/);
    expect(meaning).not.toBe('');
    expect(because).toMatch(/[.]$/);
  }
});

test('"more" and "less" mirror each other, as do "far more" and "a fraction"', () => {
  const factor = (word: string) => {
    const rule = quantifiers.find(({ words }) => words.includes(word))?.rule;
    return rule !== undefined && 'factor' in rule ? rule.factor : NaN;
  };
  expect(factor('more') * factor('less')).toBeCloseTo(1, 12);
  expect(factor('far more') * factor('a fraction')).toBe(1);
});

test('values and quantiles are named as people read them', () => {
  expect([0.5, 0.9, 0.01, 0.22, 0.03, 0.11].map(quantileName)).toEqual([
    'median',
    '90th percentile',
    '1st percentile',
    '22nd percentile',
    '3rd percentile',
    '11th percentile',
  ]);
  expect([
    formatValue(0.123456, 's'),
    formatValue(5_242_880, 'B'),
    formatValue(12.5, '%'),
    formatValue(1.05, '1'),
  ]).toEqual(['0.1235 s', '5242880 B', '12.5%', '1.05']);
});
