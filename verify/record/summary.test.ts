import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationText, tally } from './display.ts';
import type { Difference } from './expected.ts';
import { arbitraryRecord, claimRecord, host, runRecord } from './fixture.ts';
import { summaryText } from './summary.ts';

const record = runRecord({
  host: { ...host, accelerator: { kind: 'kvm', because: '' } },
  claims: [
    claimRecord({
      id: 'isolation/container-more-likely-to-affect-others-than-vm',
      verdict: 'refuted',
      summary: 'no finding held',
    }),
    claimRecord({ id: 'startup/quick', summary: `median ${'as measured '.repeat(12)}below 1 s` }),
  ],
});
const difference: Difference = {
  claim: 'startup/quick',
  kind: 'changed',
  published: 'refuted',
  found: 'verified',
  on: {},
};

test('the summary tells differences first, then the claims by topic, then the sums', () => {
  expect(summaryText(record, [difference], { width: 100 }).split('\n')).toEqual([
    'Differs from what is published (1):',
    '  startup/quick is published as refuted and came out verified.',
    '',
    'isolation',
    '  ✗ refuted      container-more-likely-to-affect-others-than-vm                               900 ms',
    '    no finding held',
    '',
    'startup',
    '  ✓ verified     quick                                                                        900 ms',
    `    median ${'as measured '.repeat(7)}as`,
    `    measured ${'as measured '.repeat(4)}below 1 s`,
    '',
    '2 claims: 1 verified, 1 refuted.',
  ]);
});

test('the summary tells how long the run took and how much of that was overhead, where the record says so', () => {
  const spent = { totalMs: 600_000, setUpMs: 5_000, checksMs: 580_000 };
  const lastLines = (changes: object): string[] =>
    summaryText(runRecord({ spent: { ...spent, ...changes } }), [])
      .split('\n')
      .slice(-2);
  expect(lastLines({ subjectsMs: 200_000, workMs: 335_000, overheadMs: 60_000 })[0]).toBe(
    "It took 10 min 0 s; 10% of that was the suite's own overhead.",
  );
  expect(lastLines({})[0]).not.toContain('It took');
});

test('no line is wider than the terminal, whatever a record quotes in words of common length', () => {
  fc.assert(
    fc.property(
      arbitraryRecord,
      fc.array(fc.stringMatching(/^[a-z]{1,20}$/)),
      fc.integer({ min: 60, max: 160 }),
      (any, words, width) => {
        const claims = any.claims.map((claim) => ({ ...claim, summary: words.join(' ') }));
        const text = summaryText({ ...any, claims, warnings: [] }, [], { width });
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test('what a container printed cannot command the terminal', () => {
  const text = summaryText(
    runRecord({ claims: [claimRecord({ summary: 'red \u001b[31m alert \u0007\u009b2J' })] }),
    [],
  );
  expect(text).not.toMatch(/[^\n\P{Cc}]/u);
  expect(text).toContain('red alert');
});

test('colour adds nothing but colour', () => {
  const plain = summaryText(record, [difference]);
  const painted = summaryText(record, [difference], { colour: true });
  expect(painted).not.toBe(plain);
  expect(stripVTControlCharacters(painted)).toBe(plain);
});

test('a partial or noisy run is said to be one', () => {
  const warnings = [{ what: 'load', value: '3.2', advice: 'Close other programs.', lowers: true }];
  const text = summaryText(runRecord({ state: 'partial', because: 'interrupted', warnings }), []);
  expect(text).toContain('This run is partial: interrupted.');
  expect(text).toContain('load: 3.2. Close other programs.');
  expect(text).toContain('Guests were emulated');
});

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [1000, '1.0 s'],
  [99_900, '99.9 s'],
  [99_960, '1 min 40 s'],
  [3_600_000, '60 min 0 s'],
])('%d ms reads %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('the sums name each verdict that there is', () => {
  expect(tally({ claims: [] })).toBe('0 claims');
  expect(tally({ claims: [claimRecord(), claimRecord({ verdict: 'not-run' })] })).toBe(
    '2 claims: 1 verified, 1 not-run',
  );
});
