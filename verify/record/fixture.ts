import fc from 'fast-check';
import type { ClaimRecord, FindingRecord, HostFacts, RunRecord } from './record.ts';
import type { Evidence, Series } from '../verdict/evidence.ts';
import type { Outcome } from '../verdict/verdict.ts';

/** Records for tests, made up; `arbitraryRecord` makes any valid one. */
export const host: HostFacts = {
  os: 'Debian GNU/Linux 13',
  kernel: '6.12.5',
  architecture: 'x86_64',
  cpuModel: 'a processor',
  cpus: 2,
  memoryBytes: 8e9,
  cgroup: 'v2',
  lsms: ['capability', 'apparmor'],
  virtualization: 'kvm',
  root: true,
  engine: {
    name: 'Docker Engine',
    version: '26.1.5',
    apiVersion: '1.45',
    runtime: 'runc',
    storageDriver: 'overlay2',
    cgroupDriver: 'cgroupfs',
    private: true,
  },
  qemu: '10.0.3',
  accelerator: { kind: 'tcg', because: 'the device opens and the boot did not end within 8 s' },
};

export function findingRecord(changes: Partial<FindingRecord> = {}): FindingRecord {
  return {
    id: 'start',
    label: 'a container starts',
    rule: { kind: 'isTrue' },
    role: 'judged',
    outcome: { kind: 'holds' },
    evidence: { kind: 'truth', value: true, saw: 'hello' },
    controls: [
      {
        id: 'broken',
        label: 'an image without a command',
        must: 'fail',
        outcome: { kind: 'fails' },
        evidence: { kind: 'truth', value: false, saw: 'no command' },
      },
    ],
    durationMs: 12,
    ...changes,
  };
}

export function claimRecord(changes: Partial<ClaimRecord> = {}): ClaimRecord {
  return {
    id: 'startup/quick',
    revision: 1,
    digests: { claim: 'a'.repeat(64), check: 'b'.repeat(64) },
    combine: 'all',
    verdict: 'verified',
    summary: 'It came out so.',
    findings: [findingRecord()],
    exhibits: [],
    startedAt: '2026-11-21T10:15:03.000Z',
    durationMs: 900,
    log: '',
    ...changes,
  };
}

export function runRecord(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    schema: 1,
    run: '20261121T101502Z-1a2b3c4d',
    startedAt: '2026-11-21T10:15:02.000Z',
    endedAt: '2026-11-21T10:16:02.000Z',
    state: 'complete',
    tool: { version: '0.1.0', commit: null },
    profile: 'full',
    seed: 1,
    host,
    floor: [],
    warnings: [],
    claims: [claimRecord()],
    ...changes,
  };
}

const time = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
// JSON has no negative zero.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
const positive = number.map(Math.abs);
const bound = fc.constantFrom('exact', 'upper', 'lower', 'none');
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);

const series: fc.Arbitrary<Series> = fc.record({
  subject: fc.constantFrom('host', 'container', 'guest, minimal'),
  quantity: fc.constantFrom('cost', 'rate', 'amount'),
  unit: fc.constantFrom('s', 'B/s', '1'),
  bound,
  emulated: fc.boolean(),
  clock: fc.constantFrom('wall', 'cpu', 'none'),
  warmups: fc.nat(9),
  samples: fc.array(fc.record({ value: number, atMs: positive }), { maxLength: 5 }),
});
const stop = fc.constantFrom('planned', 'precision', 'cap');

const evidence: fc.Arbitrary<Evidence> = fc.oneof(
  fc.record({ kind: fc.constant('samples'), series, stop }),
  fc.record({ kind: fc.constant('paired'), subject: series, baseline: series, stop }),
  fc.record({ kind: fc.constant('ladder'), rungs: fc.array(series, { minLength: 2, maxLength: 3 }) }),
  fc.record({ kind: fc.constant('truth'), value: fc.boolean(), saw: text }),
  fc.record({ kind: fc.constant('amount'), subject: text, value: number, unit: fc.constant('B'), bound }),
  fc.record({
    kind: fc.constant('values'),
    items: fc.array(fc.record({ label: text, value: fc.oneof(text, number, fc.boolean()) }), {
      minLength: 2,
      maxLength: 4,
    }),
  }),
);

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ kind: fc.constantFrom('holds', 'fails') }),
  fc.record({ kind: fc.constantFrom('undecided', 'not-run', 'broken'), because: text }),
);

const rule = fc.oneof(
  fc.constant({ kind: 'isTrue' } as const),
  fc.constant({ kind: 'notCostlier', margin: 0.05 } as const),
  fc.constant({ kind: 'quantileBelow', quantile: 0.5, threshold: 1, unit: 's' } as const),
);

export const arbitraryFinding: fc.Arbitrary<FindingRecord> = fc.record(
  {
    id: fc.constantFrom('start', 'stop', 'memory'),
    label: text,
    rule,
    role: fc.constantFrom('judged', 'supporting'),
    outcome,
    evidence,
    controls: fc.array(
      fc.record(
        { id: text, label: text, must: fc.constantFrom('hold', 'fail'), outcome, evidence },
        { requiredKeys: ['id', 'label', 'must', 'outcome'] },
      ),
      { maxLength: 2 },
    ),
    durationMs: fc.nat(1e8),
  },
  { requiredKeys: ['id', 'label', 'rule', 'role', 'outcome', 'controls', 'durationMs'] },
);

const arbitraryClaim: fc.Arbitrary<ClaimRecord> = fc.record({
  id: fc
    .tuple(fc.constantFrom('startup', 'network', 'a'), fc.stringMatching(/^[a-z0-9]{1,6}(-[a-z0-9]{1,3})?$/))
    .map(([topic, slug]) => `${topic}/${slug}`),
  revision: fc.integer({ min: 1, max: 9 }),
  digests: fc.record({ claim: digest, check: fc.option(digest) }),
  combine: fc.constantFrom('all', 'any', 'each'),
  verdict: fc.constantFrom('verified', 'refuted', 'mixed', 'inconclusive', 'not-run', 'attributed', 'broken'),
  summary: text,
  findings: fc.array(arbitraryFinding, { maxLength: 3 }),
  exhibits: fc.array(
    fc.record({
      id: fc.constantFrom('table', 'time-line'),
      title: text,
      columns: fc.array(text, { minLength: 1, maxLength: 3 }),
      rows: fc.array(fc.array(fc.oneof(text, number, fc.boolean(), fc.constant(null)), { maxLength: 3 }), {
        maxLength: 3,
      }),
    }),
    { maxLength: 2 },
  ),
  startedAt: time,
  durationMs: fc.nat(1e6),
  log: text,
});

/** Any complete record; claims sorted by id, as every record keeps them. */
export const arbitraryRecord: fc.Arbitrary<RunRecord> = fc
  .record({
    claims: fc.uniqueArray(arbitraryClaim, { selector: ({ id }) => id, maxLength: 5 }),
    seed: fc.nat(),
    profile: fc.constantFrom('quick', 'full'),
    startedAt: time,
    endedAt: time,
    warnings: fc.array(fc.record({ what: text, value: text, advice: text, lowers: fc.boolean() }), { maxLength: 2 }),
    floor: fc.array(
      fc.record({
        where: fc.constantFrom('host', 'container'),
        clock: fc.constantFrom('wall', 'cpu'),
        first: series,
        second: series,
      }),
      { maxLength: 2 },
    ),
  })
  .map(({ claims, ...rest }) => runRecord({ ...rest, claims: claims.sort((a, b) => (a.id < b.id ? -1 : 1)) }));
