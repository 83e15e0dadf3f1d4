import { expect, test } from 'vitest';
import type { Claim } from '../claim/catalogue.ts';
import { claimSchema, type Capability } from '../claim/claim.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { exitStatus } from './exit-status.ts';
import { compareExpected, publishedVerdict, type Difference } from './expected.ts';
import { claimRecord, findingRecord, host, runRecord } from './fixture.ts';
import { capabilityOf, hostDifference } from './host.ts';
import type { HostFacts } from './record.ts';

function claimWith(expected: { on: Capability; verdict: Verdict }[], revision = 1): Claim {
  const frontmatter = claimSchema.parse({
    statement: 'A container starts quickly.',
    sources: {},
    kind: 'observed',
    expected,
    revision,
  });
  return {
    id: 'startup/quick',
    topic: 'startup',
    mdxFile: '',
    checkFile: null,
    frontmatter,
    body: '',
    digests: { claim: '', check: null },
  };
}

test.each<[changes: Partial<HostFacts>, capability: Partial<Capability>]>([
  [{}, { acceleration: 'emulated', cgroup: 'v2', lsm: 'apparmor', engine: 'private' }],
  [{ accelerator: { kind: 'kvm', because: '' } }, { acceleration: 'hardware' }],
  [{ accelerator: { kind: 'hvf', because: '' } }, { acceleration: 'hardware' }],
  [{ accelerator: { kind: 'none', because: '' } }, { acceleration: 'none' }],
  [{ lsms: ['selinux'] }, { lsm: 'selinux' }],
  [
    { lsms: ['yama'], cgroup: 'v1', engine: null },
    { lsm: 'none', cgroup: 'v1', engine: 'none' },
  ],
  [{ engine: host.engine && { ...host.engine, private: false } }, { engine: 'system' }],
])('the class of a host with %j', (changes, capability) => {
  expect(capabilityOf({ ...host, ...changes })).toMatchObject(capability);
});

test.each<[what: string, expected: [Capability, Verdict][], verdict: Verdict | undefined]>([
  ['none', [], undefined],
  ['any machine', [[{}, 'mixed']], 'mixed'],
  ['another class only', [[{ acceleration: 'hardware' }, 'mixed']], undefined],
  [
    'the narrower class, whichever comes first',
    [
      [{ cgroup: 'v2' }, 'mixed'],
      [{ cgroup: 'v2', lsm: 'apparmor' }, 'verified'],
    ],
    'verified',
  ],
  [
    'the narrower class, listed first',
    [
      [{ cgroup: 'v2', lsm: 'apparmor' }, 'verified'],
      [{}, 'mixed'],
    ],
    'verified',
  ],
  [
    'a narrow class that does not match',
    [
      [{ cgroup: 'v2' }, 'mixed'],
      [{ cgroup: 'v2', lsm: 'selinux' }, 'verified'],
    ],
    'mixed',
  ],
  [
    'the first of two as narrow',
    [
      [{ cgroup: 'v2' }, 'mixed'],
      [{ lsm: 'apparmor' }, 'verified'],
    ],
    'mixed',
  ],
])('published for %s', (_, expected, verdict) => {
  const entries = expected.map(([on, published]) => ({ on, verdict: published }));
  expect(publishedVerdict(entries, host)?.verdict).toBe(verdict);
});

test.each<[published: Verdict, found: Verdict, kind: Difference['kind'] | null]>([
  ['verified', 'verified', null],
  ['verified', 'refuted', 'changed'],
  ['refuted', 'mixed', 'changed'],
  ['attributed', 'verified', 'changed'],
  ['verified', 'inconclusive', 'weaker'],
  ['verified', 'not-run', null],
  ['verified', 'broken', 'broken'],
  ['inconclusive', 'refuted', 'stronger'],
  ['inconclusive', 'broken', 'broken'],
  ['inconclusive', 'not-run', null],
  ['not-run', 'verified', 'stronger'],
  ['not-run', 'inconclusive', null],
])('published %s and found %s differ as %s', (published, found, kind) => {
  const record = runRecord({ claims: [claimRecord({ verdict: found })] });
  const differences = compareExpected(record, { claims: [claimWith([{ on: {}, verdict: published }])] });
  expect(differences).toEqual(kind === null ? [] : [{ claim: 'startup/quick', kind, published, found, on: {} }]);
});

test('another revision, or a claim that is not in the catalogue, says nothing about what is published', () => {
  const record = runRecord({ claims: [claimRecord({ verdict: 'refuted' })] });
  expect(compareExpected(record, { claims: [claimWith([{ on: {}, verdict: 'verified' }], 2)] })).toEqual([]);
  expect(compareExpected(record, { claims: [] })).toEqual([]);
});

const changed: Difference = {
  claim: 'startup/quick',
  kind: 'changed',
  published: 'verified',
  found: 'refuted',
  on: {},
};
const good = runRecord();
const broken = runRecord({ claims: [claimRecord(), claimRecord({ id: 'startup/x', verdict: 'broken' })] });
const brokenSupport = runRecord({
  claims: [
    claimRecord({ findings: [findingRecord({ role: 'supporting', outcome: { kind: 'broken', because: 'x' } })] }),
  ],
});
const nothing = runRecord({ claims: [claimRecord({ verdict: 'not-run' })] });

test.each<[what: string, end: Partial<Parameters<typeof exitStatus>[0]>, status: number]>([
  ['all is well', {}, 0],
  ['a verdict changed', { differences: [changed] }, 0],
  ['a verdict changed under --strict', { differences: [changed], strict: true }, 1],
  ['a verdict is weaker under --strict', { differences: [{ ...changed, kind: 'weaker' }], strict: true }, 0],
  ['a claim is broken', { record: broken }, 2],
  ['a claim is broken and another changed under --strict', { record: broken, differences: [changed], strict: true }, 2],
  ['a supporting finding is broken', { record: brokenSupport }, 2],
  ['nothing ran', { record: nothing }, 3],
  ['no claim came to be', { record: runRecord({ claims: [] }) }, 3],
  ['there is no record', { record: null }, 3],
  ['it was interrupted', { record: null, interrupted: true }, 130],
  ['it was interrupted with something broken', { record: broken, interrupted: true }, 130],
])('when %s', (_, end, status) => {
  expect(exitStatus({ record: good, differences: [], strict: false, interrupted: false, ...end })).toBe(status);
});

test('two hosts differ by the first fact that differs', () => {
  expect(hostDifference(host, { ...host })).toBeNull();
  expect(hostDifference(host, { ...host, cpus: 4 })).toBe('cpus: 2 and 4');
  expect(hostDifference(host, { ...host, engine: null })).toMatch(/^engine: .* and null$/);
});
