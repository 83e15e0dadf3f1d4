import { expect, test } from 'vitest';
import { controlInWords, observedRows, scalarInWords } from './finding-words.ts';

const control = { id: 'delayed', label: 'delayed' };

test.each([
  ['hold', { kind: 'holds' }, 'Must hold; holds: as declared.'],
  ['hold', { kind: 'fails' }, 'Must hold; fails: not as declared.'],
  ['fail', { kind: 'fails' }, 'Must fail; fails: as declared.'],
  ['fail', { kind: 'holds' }, 'Must fail; holds: not as declared.'],
  ['fail', { kind: 'not-run', because: 'no engine' }, 'Must fail; was not run.'],
  ['fail', { kind: 'undecided', because: 'noise' }, 'Must fail; is undecided.'],
  ['fail', { kind: 'broken', because: 'it threw' }, 'Must fail; is broken.'],
] as const)('a control that must %s and came out %j reads as it is', (must, outcome, words) => {
  expect(controlInWords({ ...control, must, outcome })).toBe(words);
});

test('what was observed without samples is told by what was looked at', () => {
  expect(observedRows({ kind: 'truth', value: false, saw: 'refused' })).toEqual([
    { label: 'Not observed', value: 'refused' },
  ]);
  expect(observedRows({ kind: 'amount', subject: 'image', value: 1536, unit: 'B', bound: 'exact' })).toEqual([
    { label: 'image', value: '1.5\u00a0KiB' },
  ]);
  expect(observedRows(undefined)).toEqual([]);
});

test.each([
  [true, 'yes'],
  [false, 'no'],
  [1234.5678, '1,234.57'],
  ['text', 'text'],
  [null, '–'],
])('the cell %j reads %s', (value, words) => {
  expect(scalarInWords(value)).toBe(words);
});
