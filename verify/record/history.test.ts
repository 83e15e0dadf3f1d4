import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { main, publishHistory } from './history-cli.ts';
import { appendHistory, parseHistory, readHistory, unlogged, type HistoryEntry } from './history.ts';

const folder = await mkdtemp(join(tmpdir(), 'bare-claims-history-'));
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

type Expected = Parameters<typeof unlogged>[0][number]['frontmatter']['expected'];
const on = { acceleration: 'emulated' } as const;
const run = '20261121T101502Z-1a2b3c4d';

function claim(
  expected: Expected,
  { revision = 1, check = 'b'.repeat(64) } = {},
): Parameters<typeof unlogged>[0][number] {
  return { id: 'startup/quick', digests: { claim: 'a'.repeat(64), check }, frontmatter: { revision, expected } };
}
const published = (verdict: 'verified' | 'refuted', changes = {}) => claim([{ on, verdict, run }], changes);

/** The log after claims stood so, one after the other. */
async function logOf(...states: ReturnType<typeof claim>[][]): Promise<HistoryEntry[]> {
  const file = join(await mkdtemp(join(folder, 'log-')), 'history.jsonl');
  for (const claims of states) await appendHistory(file, unlogged(claims, await readHistory(file)));
  return await readHistory(file);
}

const otherCheck = { check: 'c'.repeat(64) };

test.each<[what: string, states: ReturnType<typeof claim>[][], last: Partial<HistoryEntry>]>([
  ['a first verdict', [[published('verified')]], { from: null, to: 'verified', run, why: 'first published', on }],
  [
    'another outcome of the same check',
    [[published('verified')], [published('refuted')]],
    { from: 'verified', to: 'refuted', why: 'the same check came out otherwise, twice' },
  ],
  [
    'another outcome of another check',
    [[published('verified')], [published('refuted', otherCheck)]],
    { why: 'its check was changed' },
  ],
  [
    'another meaning',
    [[published('verified')], [published('refuted', { revision: 2, ...otherCheck })]],
    { why: "the claim's meaning was revised (1 to 2)", revision: 2 },
  ],
  ['a verdict withdrawn', [[published('verified')], [claim([])]], { from: 'verified', to: null, run: null }],
  ['a claim that is gone', [[published('verified')], []], { from: 'verified', to: null }],
  [
    'a verdict published again',
    [[published('verified')], [claim([])], [published('verified')]],
    { from: null, to: 'verified', why: 'published again' },
  ],
])('%s is an entry with its reason', async (_, states, last) => {
  const entries = await logOf(...states);
  expect(entries).toHaveLength(states.length);
  expect(entries.at(-1)).toMatchObject(last);
});

test('a verdict that stands, for each class of machine, is no entry', async () => {
  const both = claim([
    { on, verdict: 'verified' },
    { on: { acceleration: 'hardware' }, verdict: 'refuted' },
  ]);
  expect(await logOf([both], [both], [both])).toHaveLength(2);
});

test.each<[what: string, spoil: (lines: string[]) => string[], line: RegExp]>([
  ['changed', ([a = '', ...rest]) => [a.replace('verified', 'refuted'), ...rest], /^Line 2 .* does not follow/],
  ['taken out', ([, ...rest]) => rest, /^Line 1 .* does not follow/],
  ['moved', ([a = '', b = '', ...rest]) => [b, a, ...rest], /^Line 1 .* does not follow/],
  ['cut short', ([a = '', ...rest]) => [a.slice(0, 20), ...rest], /^Line 1 .* is no entry/],
])('a line that was %s is named', async (_, spoil, line) => {
  const file = join(await mkdtemp(join(folder, 'log-')), 'history.jsonl');
  for (const verdict of ['verified', 'refuted', 'verified'] as const) {
    await appendHistory(file, unlogged([published(verdict)], await readHistory(file)));
  }
  const spoiled = spoil((await readFile(file, 'utf8')).trimEnd().split('\n')).join('\n');
  expect(() => parseHistory(spoiled)).toThrow(line);
  await writeFile(file, spoiled);
  await expect(appendHistory(file, [])).rejects.toThrow(line);
});

test('the command writes what claims publish, once, and checks without writing', async () => {
  const root = join(folder, 'claims');
  await cp('verify/e2e/fixtures/claims', root, { recursive: true });
  const file = join(root, 'calm/needs-nothing.mdx');
  const text = (await readFile(file, 'utf8')).replace(/^expected:.*\n/m, '');
  await writeFile(file, text.replace(/\n---\n/, `\nexpected:\n  - { on: { cgroup: v2 }, verdict: verified }\n---\n`));
  vi.stubEnv('BARE_CLAIMS_ROOT', root);
  const printed: string[] = [];
  const print = (line: string): void => void printed.push(line);
  expect(await main(['--check'], print)).toBe(1);
  expect(await main([], print)).toBe(0);
  expect(printed).toContain('calm/needs-nothing (v2): unpublished -> verified, first published');
  expect(await main(['--check'], print)).toBe(0);
  await expect(main(['--x'], print)).rejects.toThrow(/npm run history/);
});

test('every verdict that this project publishes is in its history', async () => {
  expect(await publishHistory(true), 'write it: npm run history').toEqual([]);
});
