import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { arbitraryRecord, claimRecord, findingRecord, host, runRecord } from './fixture.ts';
import { main } from './merge-cli.ts';
import { mergeFiles } from './merge-files.ts';
import type { RunRecord } from './record.ts';
import { verdictsOf } from './run-verdicts.ts';
import { sealed } from './seal.ts';
import { readRecord, recordText } from './store.ts';
import { testResult } from './test-result.ts';

const folder = await mkdtemp(join(tmpdir(), 'bare-claims-merge-'));
afterAll(() => rm(folder, { recursive: true }));
const newFolder = (): Promise<string> => mkdtemp(join(folder, 'records-'));
beforeEach(() => {
  // No table into the summary of the runner that runs these tests.
  for (const name of ['GITHUB_STEP_SUMMARY', 'GITHUB_ACTIONS', 'GITHUB_REPOSITORY']) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function written(records: readonly RunRecord[]): Promise<string[]> {
  const dir = await newFolder();
  return await Promise.all(
    records.map(async (record, index) => {
      const file = join(dir, `part-${String(index)}.json`);
      await writeFile(file, recordText(record));
      return file;
    }),
  );
}

test('the files of any split of a run, in any order, merge to the very file of the unsplit run', async () => {
  const split = fc.tuple(arbitraryRecord, fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }), fc.nat());
  await fc.assert(
    fc.asyncProperty(split, async ([record, places, turn]) => {
      const parts = [0, 1, 2, 3].map((part) =>
        sealed({ ...record, claims: record.claims.filter((_, index) => places[index] === part) }),
      );
      const files = await written([...parts.slice(turn % 4), ...parts.slice(0, turn % 4)]);
      const into = await newFolder();
      expect(await mergeFiles(files, into)).toEqual([verdictsOf(record)]);
      expect(await readFile(join(into, `${record.run}.json`), 'utf8')).toBe(recordText(sealed(record)));
    }),
    { numRuns: 25 },
  );
});

const other = runRecord({ run: '20261122T000000Z-00000000', host: { ...host, architecture: 'arm64' } });

test('hosts keep a record each, and what an earlier merge left in the folder is no part of this one', async () => {
  const into = await newFolder();
  await mergeFiles(await written([runRecord({ seed: 9 })]), into);
  const runs = await mergeFiles(await written([other, runRecord()]), into);
  expect(runs.map(({ run }) => run)).toEqual([runRecord().run, other.run]);
  expect(await readdir(into)).toHaveLength(2);
  expect((await readRecord(join(into, `${other.run}.json`))).host.architecture).toBe('arm64');
  expect((await readRecord(join(into, `${runRecord().run}.json`))).seed).toBe(1);
});

test('parts of one run from two hosts are refused', async () => {
  const files = await written([runRecord(), runRecord({ claims: [], host: { ...host, cpus: 64 } })]);
  await expect(mergeFiles(files, await newFolder())).rejects.toThrow(/come from two hosts \(cpus: 2 and 64\)/);
});

test('the predicate passes what decided, warns of what did not, and names what is broken', () => {
  const run = verdictsOf(
    runRecord({
      tool: { version: '0.1.0', commit: 'c'.repeat(40) },
      claims: [
        claimRecord({ id: 'a/refuted', verdict: 'refuted' }),
        claimRecord({ id: 'a/open', verdict: 'inconclusive' }),
        claimRecord({ id: 'a/unrun', verdict: 'not-run' }),
      ],
    }),
  );
  const url = 'https://github.com/someone/bare-claims/actions/runs/1';
  expect(testResult([run], url)).toMatchObject({
    result: 'WARNED',
    url,
    passedTests: ['a/refuted (x86_64, tcg, apparmor)'],
    warnedTests: ['a/open (x86_64, tcg, apparmor)'],
    failedTests: [],
  });
  expect(testResult([run]).configuration).toContainEqual({
    name: 'bare-claims',
    digest: { gitCommit: 'c'.repeat(40) },
  });
  expect(testResult([run]).configuration).toContainEqual({
    name: 'claims/a/open.check.ts',
    digest: { sha256: 'b'.repeat(64) },
  });
  const broken = findingRecord({ role: 'supporting', outcome: { kind: 'broken', because: 'x' } });
  const faulty = verdictsOf(runRecord({ claims: [claimRecord({ findings: [broken] })] }));
  expect(testResult([faulty]).result).toBe('FAILED');
});

test('the command merges folders, tells the runner what differs, and ends with the worst status', async () => {
  const [changed = ''] = await written([
    runRecord({ claims: [claimRecord({ id: 'calm/needs-nothing', verdict: 'refuted' })] }),
  ]);
  const into = await newFolder();
  const summary = join(into, 'summary.md');
  const root = await newFolder();
  await execa('cp', ['-r', 'verify/e2e/fixtures/claims/.', root]);
  const claim = join(root, 'calm/needs-nothing.mdx');
  const text = await readFile(claim, 'utf8');
  const published = 'expected:\n  - { on: { acceleration: emulated }, verdict: verified }\n';
  await writeFile(claim, text.replace(/^expected:.*\n/m, '').replace(/\n---\n/, `\n${published}---\n`));
  vi.stubEnv('BARE_CLAIMS_ROOT', root);
  const printed: string[] = [];
  const print = (line: string): void => void printed.push(line);
  const predicate = join(into, 'predicate.json');
  expect(await main([changed, '--into', into, '--predicate', predicate], print)).toBe(0);
  expect(printed.join('\n')).toMatch(
    /1 file, 1 in .*\n {2}\S+ \(x86_64, tcg, apparmor\): 1 claim: 1 refuted\n.*came out/,
  );
  expect(printed.join('\n')).not.toContain('::');
  expect(JSON.parse(await readFile(predicate, 'utf8'))).toMatchObject({ result: 'PASSED' });

  vi.stubEnv('GITHUB_ACTIONS', 'true');
  vi.stubEnv('GITHUB_STEP_SUMMARY', summary);
  expect(await main([changed, '--into', into, '--strict'], print)).toBe(1);
  expect(printed.at(-1)).toBe(
    '::warning file=claims/calm/needs-nothing.mdx,title=Verdict changed::calm/needs-nothing is published as verified and came out refuted.',
  );
  expect(await readFile(summary, 'utf8')).toMatch(/\| calm\/needs-nothing \| ✗ refuted \|/);

  const [broken = '', unrun = ''] = await written([
    runRecord({ claims: [claimRecord({ verdict: 'broken' })] }),
    runRecord({ claims: [claimRecord({ verdict: 'not-run' })] }),
  ]);
  expect(await main([broken, '--into', into], print)).toBe(2);
  expect(await main([unrun, '--into', into], print)).toBe(3);
  await expect(main([], print)).rejects.toThrow(/There is no record/);
  await expect(main(['--what'], print)).rejects.toThrow(/npm run merge/);
});

test('a thousand records of 127 claims merge and are summed up in less than 1 GiB', async () => {
  const dir = await newFolder();
  const claims = Array.from({ length: 127 }, (_, index) => claimRecord({ id: `scale/claim-${String(index)}` }));
  const record = recordText(runRecord({ claims }));
  for (let index = 0; index < 1000; index += 1) {
    const run = `20261121T101502Z-${index.toString(16).padStart(8, '0')}`;
    await writeFile(join(dir, `${run}.json`), record.replace(runRecord().run, run));
  }
  const script = `
    const { mergeFiles } = await import('./verify/record/merge-files.ts');
    const { verdictTable } = await import('./verify/record/verdict-table.ts');
    const { testResult } = await import('./verify/record/test-result.ts');
    const { listRecords } = await import('./verify/record/store.ts');
    const runs = await mergeFiles(await listRecords(process.argv[1]), process.argv[2]);
    const text = verdictTable(runs, []) + JSON.stringify(testResult(runs));
    console.log(runs.length, text.length > 1000, process.resourceUsage().maxRSS * 1024 < 2 ** 30);`;
  const { stdout } = await execa('node', ['--input-type=module', '--eval', script, dir, await newFolder()]);
  expect(stdout).toBe('1000 true true');
}, 120_000);
