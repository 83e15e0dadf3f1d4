import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { UsageError } from '../claim/errors.ts';
import type { Evidence } from '../verdict/evidence.ts';
import { arbitraryRecord, claimRecord, findingRecord, runRecord } from './fixture.ts';
import { main } from './judge-cli.ts';
import type { ClaimRecord, FindingRecord, RunRecord } from './record.ts';
import { rejudge, rejudgedDifferences } from './rejudge.ts';
import { recordText, writeRecord } from './store.ts';

const folder = await mkdtemp(join(tmpdir(), 'bare-claims-test-'));
afterAll(() => rm(folder, { recursive: true }));

const seconds = (...values: number[]): Evidence => ({
  kind: 'samples',
  stop: 'planned',
  series: {
    subject: 'container',
    quantity: 'cost',
    unit: 's',
    bound: 'exact',
    emulated: false,
    clock: 'cpu',
    warmups: 1,
    samples: values.map((value, index) => ({ value, atMs: index * 100 })),
  },
});
const quick = seconds(0.31, 0.33, 0.3, 0.32, 0.34, 0.31, 0.35, 0.3, 0.33, 0.32);
const slow = seconds(1.51, 1.53, 1.5, 1.52, 1.54, 1.51, 1.55, 1.5, 1.53, 1.52);
const [control] = findingRecord().controls;

/** A finding by its numbers: the median below a second, with a control that takes longer. */
function timed(changes: Partial<FindingRecord> = {}, controlEvidence: Evidence | undefined = slow): FindingRecord {
  const controls = control === undefined ? [] : [{ ...control, evidence: controlEvidence }];
  return findingRecord({
    rule: { kind: 'quantileBelow', quantile: 0.5, threshold: 1, unit: 's' },
    evidence: quick,
    controls,
    ...changes,
  });
}

const recordOf = (...findings: FindingRecord[]): RunRecord => runRecord({ claims: [claimRecord({ findings })] });
const judgedClaim = (claim: Partial<ClaimRecord>): ClaimRecord | undefined =>
  rejudge(runRecord({ claims: [claimRecord(claim)] })).claims[0];

test('a record judged by its rules comes out as it was judged', () => {
  const record = rejudge(recordOf(timed(), findingRecord()));
  expect(record.claims[0]?.verdict).toBe('verified');
  expect(record.claims[0]?.findings[0]?.outcome).toMatchObject({ kind: 'holds', estimate: { value: 0.32, unit: 's' } });
  expect(record.claims[0]?.findings[0]?.controls[0]?.outcome.kind).toBe('fails');
  expect(rejudgedDifferences(record, rejudge(JSON.parse(recordText(record)) as RunRecord))).toEqual([]);
});

test('judging twice is judging once, whatever a record holds', () => {
  fc.assert(
    fc.property(arbitraryRecord, (record) => {
      const once = rejudge(record);
      expect(rejudge(once)).toEqual(once);
      expect(rejudgedDifferences(once, rejudge(once))).toEqual([]);
      expect(recordText(once)).toMatch(/^\{/);
    }),
  );
});

test('an outcome that does not follow from its evidence is named, and so is the verdict that rests on it', () => {
  const record = rejudge(recordOf(timed()));
  const forged = recordOf({ ...timed(), ...record.claims[0]?.findings[0], evidence: slow });
  expect(rejudgedDifferences(forged, rejudge(forged))).toEqual([
    { where: ['startup/quick'], recorded: 'verified', judged: 'inconclusive' },
    {
      where: ['startup/quick', 'start'],
      recorded: expect.stringMatching(/^holds \(median 0\.32 s, 0\.3 to 0\.34\)$/) as unknown,
      judged: expect.stringMatching(/^undecided \(median 1\.52 s, /) as unknown,
    },
  ]);
});

test('a control that came out otherwise breaks its finding and its claim', () => {
  expect(judgedClaim({ findings: [timed({}, quick)] })).toMatchObject({
    verdict: 'broken',
    findings: [{ outcome: { kind: 'broken' }, controls: [{ outcome: { kind: 'holds' } }] }],
  });
});

test('a control without evidence keeps its reason', () => {
  const unrun = {
    ...control,
    id: 'broken',
    label: 'x',
    must: 'fail' as const,
    outcome: { kind: 'not-run' as const, because: 'no engine' },
  };
  const { evidence: _, ...bare } = unrun;
  const claim = judgedClaim({ findings: [timed({ controls: [bare] })] });
  expect(claim?.verdict).toBe('inconclusive');
  expect(claim?.findings[0]?.controls[0]).toEqual(bare);
  expect(claim?.summary).toContain('no engine');
});

test.each(['not-run', 'undecided', 'broken'] as const)('a finding that is %s without evidence stays so', (kind) => {
  const { evidence: _, ...bare } = findingRecord({ outcome: { kind, because: 'the reason' }, controls: [] });
  expect(judgedClaim({ findings: [bare] })?.findings).toEqual([bare]);
});

test('a rehearsal stays one, with its numbers, and is broken where its control is', () => {
  const outcome = { kind: 'not-run', because: 'a rehearsal under emulation', rehearsal: true } as const;
  const claim = judgedClaim({ findings: [timed({ outcome })] });
  expect(claim?.verdict).toBe('not-run');
  expect(claim?.findings[0]?.outcome).toMatchObject({ ...outcome, estimate: { value: 0.32 } });
  expect(judgedClaim({ findings: [timed({ outcome }, quick)] })?.verdict).toBe('broken');
});

test('a claim that did not end is given no verdict afterwards', () => {
  expect(judgedClaim({ findings: [timed()], unfinished: true })?.verdict).toBe('inconclusive');
});

test('the command names what differs and ends with 1, and with 0 where nothing does', async () => {
  const printed: string[] = [];
  const print = (text: string): void => void printed.push(text);
  const good = await writeRecord(folder, rejudge(recordOf(timed())));
  expect(await main([good], print)).toBe(0);
  expect(printed).toEqual([expect.stringMatching(/^\S+\.json: 1 claim judged again, all as recorded\.$/)]);
  const forged = join(folder, 'forged.json');
  await writeFile(forged, recordText({ ...rejudge(recordOf(timed())), claims: [claimRecord({ verdict: 'refuted' })] }));
  expect(await main([good, forged], print)).toBe(1);
  expect(printed.at(-1)).toMatch(
    /^forged\.json: 1 difference.*\n {2}startup\/quick: recorded refuted, judged verified$/,
  );
  await expect(main([], print)).rejects.toThrow(UsageError);
  await expect(main(['--what'], print)).rejects.toThrow(UsageError);
  await expect(main([join(folder, 'none.json')], print)).rejects.toThrow(/none\.json could not be read/);
});
