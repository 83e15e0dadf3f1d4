import { describe, expect, test } from 'vitest';
import type { Series } from '../../../verify/verdict/evidence.ts';
import type { FindingRecord } from '../../../verify/record/record.ts';
import { findingStrips } from './finding-strips.ts';
import { drawAtMost, stripOf } from './strip.ts';

const samples = (values: readonly number[]) => values.map((value, index) => ({ value, atMs: index }));
const series = (subject: string, values: readonly number[], quantity: Series['quantity'] = 'cost'): Series => ({
  subject,
  quantity,
  unit: quantity === 'rate' ? '1/s' : 's',
  bound: 'exact',
  emulated: false,
  clock: 'wall',
  warmups: 0,
  samples: samples(values),
});
const finding = (rest: Pick<FindingRecord, 'rule' | 'evidence'> & Partial<FindingRecord>): FindingRecord => ({
  id: 'one',
  label: 'one',
  role: 'judged',
  outcome: { kind: 'holds' },
  controls: [],
  durationMs: 1,
  ...rest,
});

describe('a strip', () => {
  test('draws every sample, across by value and down in the order in which it was taken', () => {
    const strip = stripOf([{ label: 'a', role: 'subject', unit: 's', samples: samples([3, 1, 2]) }], 's', [], '');
    const [row] = strip.rows;
    expect(row?.dots.map(({ y }) => y)).toEqual([0, 0.5, 1]);
    expect(row?.dots.map(({ x }) => x).sort((a, b) => a - b)).toEqual([
      row?.dots[1]?.x,
      row?.dots[2]?.x,
      row?.dots[0]?.x,
    ]);
    expect(row?.description.replaceAll('\u00a0', ' ')).toBe('3 samples from 1 s to 3 s, half of them at or below 2 s');
  });

  test('thins a long series and never its extremes, and says how many were taken', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => 1 + (index % 97) / 97);
    values[4321] = 9;
    values[1235] = 0.5;
    const [row] = stripOf([{ label: 'a', role: 'subject', unit: 's', samples: samples(values) }], 's', [], '').rows;
    expect(row?.taken).toBe(10_000);
    expect(row?.dots.length).toBeLessThanOrEqual(drawAtMost);
    const places = row?.dots.map(({ x }) => x) ?? [];
    expect(Math.max(...places)).toBeGreaterThan(90);
    expect(Math.min(...places)).toBeLessThan(10);
  });

  test('has room for its thresholds, however far away they are', () => {
    const line = { label: 'a', role: 'subject', unit: 's', samples: samples([0.01]) } as const;
    const { axis, thresholds } = stripOf([line], 's', [60], '');
    expect(axis.logarithmic).toBe(true);
    expect(thresholds[0]?.at).toBeLessThanOrEqual(100);
  });
});

describe('the pictures of a finding', () => {
  const control = (evidence: FindingRecord['evidence']) =>
    ({
      id: 'delayed',
      label: 'delayed',
      must: 'fail',
      outcome: { kind: 'fails' },
      ...(evidence && { evidence }),
    }) as const;

  test('show its control on the same axis', () => {
    const [strip] = findingStrips(
      finding({
        rule: { kind: 'quantileBelow', quantile: 0.5, threshold: 1, unit: 's' },
        evidence: { kind: 'samples', series: series('container', [0.1, 0.2]), stop: 'planned' },
        controls: [control({ kind: 'samples', series: series('container', [1.3]), stop: 'planned' })],
      }),
    );
    expect(strip?.rows.map(({ role }) => role)).toEqual(['subject', 'control']);
    expect(strip?.thresholds).toHaveLength(1);
  });

  test('leave out a control of another unit', () => {
    const [strip] = findingStrips(
      finding({
        rule: { kind: 'quantileBelow', quantile: 0.5, threshold: 1, unit: 's' },
        evidence: { kind: 'samples', series: series('container', [0.1]), stop: 'planned' },
        controls: [control({ kind: 'samples', series: series('x', [3], 'rate'), stop: 'planned' })],
      }),
    );
    expect(strip?.rows).toHaveLength(1);
  });

  test('show the ratio of each pair with the margin that decides', () => {
    const strips = findingStrips(
      finding({
        rule: { kind: 'notCostlier', margin: 0.05 },
        evidence: { kind: 'paired', subject: series('box', [2, 4]), baseline: series('host', [1, 0]), stop: 'cap' },
      }),
    );
    expect(strips[1]?.rows[0]?.label).toBe('box / host');
    // The second pair has no ratio: nothing can be divided by zero.
    expect(strips[1]?.rows[0]?.taken).toBe(1);
    expect(strips[1]?.thresholds[0]?.label).toBe('1.05');
  });

  test('turn rates round where cost is judged', () => {
    const strips = findingStrips(
      finding({
        rule: { kind: 'notCostlier', margin: 0.05 },
        evidence: {
          kind: 'paired',
          subject: series('box', [50], 'rate'),
          baseline: series('host', [100], 'rate'),
          stop: 'cap',
        },
      }),
    );
    expect(strips[1]?.rows[0]?.label).toBe('host / box');
    expect(strips[1]?.rows[0]?.description).toContain('1 sample: 2');
  });

  test('are none where there are no samples', () => {
    expect(
      findingStrips(finding({ rule: { kind: 'isTrue' }, evidence: { kind: 'truth', value: true, saw: '' } })),
    ).toEqual([]);
    expect(findingStrips(finding({ rule: { kind: 'isTrue' }, evidence: undefined }))).toEqual([]);
  });
});
