import { expect, test } from 'vitest';
import type { FindingRecord } from '../../../verify/record/record.ts';
import { cellInWords } from './cell.ts';

const series = (values: readonly number[], emulated: boolean) =>
  ({
    subject: 'one',
    quantity: 'amount',
    unit: 'B',
    bound: 'exact',
    emulated,
    clock: 'none',
    warmups: 0,
    samples: values.map((value, index) => ({ value, atMs: index })),
  }) as const;

const finding = (outcome: FindingRecord['outcome']): FindingRecord => ({
  id: 'memory',
  label: 'memory while idle',
  rule: { kind: 'ratioAtMost', factor: 0.5 },
  role: 'judged',
  outcome,
  evidence: {
    kind: 'paired',
    subject: series([1024, 2048, 4096], false),
    baseline: series([2 * 1024 ** 2, 4 * 1024 ** 2], true),
    stop: 'planned',
  },
  controls: [],
  durationMs: 1,
});

test('either side of a pair is shown by its median, and says where it was emulated', () => {
  const held = finding({ kind: 'holds' });
  expect(cellInWords(held, { part: 'subject' })).toEqual({ value: '2\u00a0KiB', note: 'median of 3' });
  expect(cellInWords(held, { part: 'baseline' })).toEqual({ value: '3\u00a0MiB', note: 'median of 2, emulated' });
});

test('a finding without a number shows its outcome in a word', () => {
  expect(cellInWords(finding({ kind: 'fails' }), { part: 'judged' })).toEqual({ value: 'Fails', note: '' });
});

test('a row can say what its finding means for its question', () => {
  const words = { holds: 'Yes', fails: 'No' };
  expect(cellInWords(finding({ kind: 'fails' }), { part: 'judged', words })?.value).toBe('No');
  expect(cellInWords(finding({ kind: 'undecided', because: 'noise' }), { part: 'judged', words })?.value).toBe(
    'Undecided',
  );
});

test('a cell can show what a control came to', () => {
  const guest = { id: 'guest', label: 'in a guest', must: 'fail', outcome: { kind: 'fails' } } as const;
  const words = { holds: 'Yes', fails: 'No' };
  const withControl = { ...finding({ kind: 'holds' }), controls: [guest] };
  expect(cellInWords(withControl, { part: { control: 'guest' }, words })?.value).toBe('No');
  expect(cellInWords(withControl, { part: { control: 'other' }, words })).toBeUndefined();
});

test('a finding that was not run or is broken fills no cell', () => {
  expect(cellInWords(finding({ kind: 'not-run', because: 'no engine' }), { part: 'subject' })).toBeUndefined();
  expect(cellInWords(finding({ kind: 'broken', because: 'control' }), { part: 'subject' })).toBeUndefined();
});
