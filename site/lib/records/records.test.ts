import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClaimRecord, RunRecord } from '../../../verify/record/record.ts';
import { claimRecord, runRecord } from '../../../verify/record/fixture.ts';
import { sealed } from '../../../verify/record/seal.ts';
import type { Verdict } from '../../../verify/verdict/verdict.ts';
import { fixtureHost, fixtureRecord } from '../../fixtures/record.ts';
import { newestByHostClass, standingOf } from './current.ts';
import { differences } from './differences.ts';
import { hostClass } from './host-class.ts';
import { recordFolders } from './index.ts';
import { indexRecords } from './load.ts';
import { summarise, type RunSummary } from './summary.ts';

const id = 'startup/one';
const kvm = { ...fixtureHost, accelerator: { kind: 'kvm', because: '' } } as const;

/** A run of one claim with a given verdict; the day orders runs. */
function run(day: number, verdict: Verdict, options: { host?: RunRecord['host']; revision?: number } = {}): RunSummary {
  const record = fixtureRecord(new Map(), {
    run: `202611${String(day).padStart(2, '0')}T101502Z-0000000${String(day % 10)}`,
    host: options.host ?? fixtureHost,
  });
  const digest = 'a'.repeat(64);
  const claim: ClaimRecord = {
    id,
    revision: options.revision ?? 1,
    digests: { claim: digest, check: digest },
    combine: 'all',
    verdict,
    summary: `because of day ${String(day)}`,
    findings: [],
    exhibits: [],
    startedAt: record.startedAt,
    durationMs: 1,
    log: '',
  };
  return summarise({ ...record, claims: [claim] }, 'reference', 'runs/x.json');
}

const leads = (runs: readonly RunSummary[]): string | undefined => standingOf(id, 1, runs).current?.of.summary;

describe('the verdict that a page leads with', () => {
  test('is the newest on one kind of machine', () => {
    expect(leads([run(3, 'refuted'), run(2, 'verified')])).toBe('because of day 3');
  });

  test('is never a run that could not try the claim, when another did', () => {
    expect(leads([run(3, 'not-run'), run(2, 'verified')])).toBe('because of day 2');
    expect(leads([run(3, 'not-run', { host: kvm }), run(2, 'inconclusive')])).toBe('because of day 2');
    expect(leads([run(3, 'not-run')])).toBe('because of day 3');
  });

  test('is one from accelerated hardware before a newer one under emulation', () => {
    expect(leads([run(3, 'inconclusive'), run(2, 'refuted', { host: kvm })])).toBe('because of day 2');
  });

  test('is never one of another revision, which stays in the history', () => {
    const runs = [run(3, 'verified', { revision: 1 }), run(2, 'refuted', { revision: 2 })];
    const standing = standingOf(id, 2, runs);
    expect(standing.current?.of.summary).toBe('because of day 2');
    expect(standing.history).toHaveLength(2);
  });

  test('does not exist for a claim without a run', () => {
    expect(standingOf('startup/other', 1, [run(1, 'verified')]).current).toBeUndefined();
  });
});

test('machines of different kinds that decide differently split a verdict; undecided ones do not', () => {
  expect(standingOf(id, 1, [run(2, 'verified'), run(1, 'refuted', { host: kvm })]).split).toBe(true);
  expect(standingOf(id, 1, [run(2, 'inconclusive'), run(1, 'refuted', { host: kvm })]).split).toBe(false);
  expect(standingOf(id, 1, [run(2, 'verified'), run(1, 'refuted')]).split).toBe(false);
});

test('the newest run of each kind of machine is shown, the one that can say most first', () => {
  const newest = newestByHostClass([run(3, 'verified'), run(2, 'verified'), run(1, 'verified', { host: kvm })]);
  expect(newest.map(({ endedAt }) => endedAt.slice(8, 10))).toEqual(['01', '03']);
});

test('two runs differ in the claims whose verdicts differ', () => {
  expect(differences(run(1, 'verified'), run(2, 'verified'))).toEqual([]);
  expect(differences(run(1, 'verified'), run(2, 'mixed'))).toEqual([{ claim: id, from: 'verified', to: 'mixed' }]);
});

test('a host class has only what may change a verdict, and is fit for an address whatever the host says', () => {
  expect(hostClass(fixtureHost).key).toBe('x86_64-tcg-v2-apparmor');
  expect(hostClass({ ...fixtureHost, architecture: '../<b>"\u0000', lsms: [] }).key).toBe('b-tcg-v2-none');
  expect(hostClass({ ...fixtureHost, architecture: '…' }).key).toBe('unknown-tcg-v2-apparmor');
});

test('local records are shown where the site is made at home, and not where it is published', () => {
  const paths = (environment: NodeJS.ProcessEnv): string[] => recordFolders('/p', environment).map(({ path }) => path);
  const published = ['/p/runs', '/p/runs/ci', '/p/runs/contributed'];
  expect(paths({})).toEqual([...published, '/p/runs/local']);
  expect(paths({ CI: 'true' })).toEqual(published);
  expect(paths({ BARE_CLAIMS_RECORDS: '/elsewhere' })).toEqual(['/elsewhere']);
});

describe('a folder of records', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bare-claims-load-'));
    const record = fixtureRecord(new Map(), { run: '20261101T000000Z-00000001' });
    const later = { ...record, run: '20261102T000000Z-00000002' };
    await writeFile(join(folder, 'a.json'), JSON.stringify(record));
    await writeFile(join(folder, 'b.json'), JSON.stringify(later));
    await writeFile(join(folder, 'c.json'), JSON.stringify({ ...later, schema: undefined }));
    await writeFile(join(folder, 'd.json'), JSON.stringify({ ...later, seed: -1 }));
    await writeFile(join(folder, '.e.json'), 'not for us');
    await writeFile(join(folder, 'notes.txt'), 'nor this');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('gives its runs newest first and names what it refuses, with the field', async () => {
    const { runs, refused } = await indexRecords([{ path: folder, origin: 'reference' }]);
    expect(runs.map(({ run: name }) => name.slice(-1))).toEqual(['2', '1']);
    expect(refused.map(({ file }) => file)).toEqual(['c.json', 'd.json']);
    expect(refused[0]?.because).toContain('schema version is missing');
    expect(refused[1]?.because).toMatch(/^seed: /);
  });

  test('of somebody’s machine finds again what another run found, or is only contributed', async () => {
    const found = (name: string, verdict: Verdict): string =>
      JSON.stringify(runRecord({ run: `20261103T000000Z-0000000${name}`, claims: [claimRecord({ verdict })] }));
    const origins = async (verdict: Verdict): Promise<string[]> => {
      const dir = await mkdtemp(join(folder, 'origins-'));
      await mkdir(join(dir, 'contributed'));
      await writeFile(join(dir, 'a.json'), found('3', 'verified'));
      await writeFile(join(dir, 'contributed', 'b.json'), found('4', verdict));
      const { runs } = await indexRecords([
        { path: dir, origin: 'reference' },
        { path: join(dir, 'contributed'), origin: 'contributed' },
      ]);
      return runs.map(({ origin }) => origin);
    };
    expect(await origins('verified')).toEqual(['reproduced', 'reference']);
    expect(await origins('refuted')).toEqual(['contributed', 'reference']);
  });

  test('refuses one that was changed after it was sealed', async () => {
    const dir = await mkdtemp(join(folder, 'sealed-'));
    const record = sealed(fixtureRecord(new Map(), { run: '20261103T000000Z-00000003' }));
    await writeFile(join(dir, 'a.json'), JSON.stringify({ ...record, seed: record.seed + 1 }));
    const { refused } = await indexRecords([{ path: dir, origin: 'reference' }]);
    expect(refused[0]?.because).toMatch(/^it was changed after it was sealed: what it says of the run itself/);
  });

  test('may be missing', async () => {
    expect(await indexRecords([{ path: join(folder, 'none'), origin: 'local' }])).toEqual({ runs: [], refused: [] });
  });
});
