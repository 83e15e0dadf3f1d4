import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryRecord, claimRecord, findingRecord, host, runRecord } from './fixture.ts';
import type { RunRecord } from './record.ts';
import { brokenSeals, sealed } from './seal.ts';
import { recordText } from './store.ts';

test('a sealed record is whole, also after it was written and read, and however often it is sealed', () => {
  fc.assert(
    fc.property(arbitraryRecord, (record) => {
      const read = JSON.parse(recordText(sealed(record))) as RunRecord;
      expect(brokenSeals(read)).toEqual([]);
      expect(sealed(read)).toEqual(read);
    }),
  );
});

const record = sealed(runRecord());
const withClaim = (changes: Parameters<typeof claimRecord>[0]): RunRecord => ({
  ...record,
  claims: [claimRecord(changes)],
});

test.each<[what: string, changed: RunRecord, named: RegExp]>([
  ['a host with another processor', { ...record, host: { ...host, cpus: 3 } }, /^what it says of the run itself/],
  ['a later end', { ...record, endedAt: '2027-01-01T00:00:00.000Z' }, /^what it says of the run itself/],
  ['another verdict', withClaim({ verdict: 'refuted' }), /^claim startup\/quick: its verdict/],
  ['another digest of the check', withClaim({ digests: { claim: 'a'.repeat(64), check: null } }), /its digests$/],
  [
    'another observation',
    withClaim({ findings: [findingRecord({ evidence: { kind: 'truth', value: true, saw: 'hullo' } })] }),
    /^claim startup\/quick: its samples and observations$/,
  ],
  ['a control less', withClaim({ findings: [findingRecord({ controls: [] })] }), /its samples and observations$/],
  ['a claim less', { ...record, claims: [] }, /^claim startup\/quick: it is gone$/],
  [
    'a claim more',
    { ...record, claims: [claimRecord(), claimRecord({ id: 'startup/slow' })] },
    /^claim startup\/slow: it was not there$/,
  ],
])('%s is named', (_, changed, named) => {
  expect(brokenSeals(changed)[0]).toMatch(named);
});

test('a record from before there were seals has none to break', () => {
  expect(brokenSeals(runRecord())).toEqual([]);
});
