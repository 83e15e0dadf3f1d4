import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryRecord, claimRecord, host, runRecord } from './fixture.ts';
import { mergeRecords } from './merge.ts';
import type { RunRecord } from './record.ts';

/** A record taken apart: claim i goes to part `places[i]`. */
function split(record: RunRecord, places: readonly number[]): RunRecord[] {
  return [0, 1, 2].map((part) => ({ ...record, claims: record.claims.filter((_, index) => places[index] === part) }));
}

const places = fc.array(fc.nat(2), { minLength: 5, maxLength: 5 });
const warning = { what: 'load', value: '3', advice: 'wait', lowers: true };

test('the parts of a split run give that run again, in any order and by any steps', () => {
  fc.assert(
    fc.property(arbitraryRecord, places, fc.nat(), (record, where, turn) => {
      const parts = split(record, where);
      const turned = parts.map((_, index) => parts[(index + turn) % 3]).filter((part) => part !== undefined);
      expect(mergeRecords(turned)).toEqual([record]);
      expect(mergeRecords([...mergeRecords(turned.slice(0, 2)), ...turned.slice(2)])).toEqual([record]);
      expect(mergeRecords([...turned, record])).toEqual([record]);
    }),
  );
});

test('runs stay apart, in the order of their ids, whatever their hosts', () => {
  const later = runRecord({ run: '20261122T000000Z-00000000', host: { ...host, cpus: 64 } });
  expect(mergeRecords([later, runRecord()])).toEqual([runRecord(), later]);
  expect(mergeRecords([])).toEqual([]);
});

test('a run is partial where a part is, with the reasons of all, and lasts from the first to the last', () => {
  const because = 'interrupted';
  const parts = [
    runRecord({ state: 'partial', because, claims: [], endedAt: '2026-11-21T11:00:00.000Z', warnings: [warning] }),
    runRecord({ startedAt: '2026-11-21T09:00:00.000Z', warnings: [warning] }),
  ];
  const merged = mergeRecords(parts);
  expect(merged).toMatchObject([
    {
      state: 'partial',
      because,
      startedAt: '2026-11-21T09:00:00.000Z',
      endedAt: '2026-11-21T11:00:00.000Z',
      warnings: [warning],
    },
  ]);
  expect(mergeRecords([...parts].reverse())).toEqual(merged);
});

test('what one part had only begun is taken from the part that ended it', () => {
  const begun = runRecord({ claims: [claimRecord({ unfinished: true, verdict: 'not-run', findings: [] })] });
  expect(mergeRecords([begun, runRecord()])[0]?.claims).toEqual([claimRecord()]);
  expect(mergeRecords([runRecord(), begun])[0]?.claims).toEqual([claimRecord()]);
});

test.each<[what: string, other: RunRecord, message: RegExp]>([
  ['from another host', runRecord({ claims: [], host: { ...host, cpus: 64 } }), /come from two hosts \(cpus: /],
  ['with another seed', runRecord({ claims: [], seed: 2 }), /differ in seed, so they are two runs/],
  ['with another profile', runRecord({ claims: [], profile: 'quick' }), /differ in profile/],
  [
    'with another verdict of a claim',
    runRecord({ claims: [claimRecord({ verdict: 'refuted' })] }),
    /tell the claim startup\/quick differently/,
  ],
])('a part of the same run %s is refused in either order', (_, other, message) => {
  expect(() => mergeRecords([runRecord(), other])).toThrow(message);
  expect(() => mergeRecords([other, runRecord()])).toThrow(message);
});
