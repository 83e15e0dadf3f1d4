import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimOf, expectClean, fixtureClaims, newRuns, verdicts, type Ended, type Runs } from './fixtures/command.ts';
import { ownLane } from './fixtures/own-lane.ts';
import type { RunRecord } from '../record/record.ts';

// Checks that do what no check should, in one run: each is judged by itself, and the sound one beside them too.
ownLane();
let runs: Runs;
let ended: Ended;
let record: RunRecord;

beforeAll(async () => {
  runs = newRuns();
  ended = await runs.verify(['calm/needs-nothing', 'faulty', 'slow/never-ends']);
  record = await runs.record();
});
afterAll(() => {
  runs[Symbol.dispose]();
});

const reasons = (id: string): string[] =>
  claimOf(record, id).findings.map(({ outcome }) => `${outcome.kind}: ${'because' in outcome ? outcome.because : ''}`);

test('whatever some checks do, the others are judged, the record is whole, and the status says that some are broken', async () => {
  expect(verdicts(record)).toEqual({
    'calm/needs-nothing': 'verified',
    'faulty/cannot-load': 'broken',
    'faulty/control-holds': 'broken',
    'faulty/exits': 'broken',
    'faulty/kills-itself': 'broken',
    'faulty/throws': 'broken',
    'slow/never-ends': 'inconclusive',
  });
  expect(record.state).toBe('complete');
  expect(ended.exitCode).toBe(2);
  await expectClean(record.run, ended);
});

test('a control that comes out otherwise than declared breaks its finding', () => {
  expect(reasons('faulty/control-holds')).toEqual([
    'broken: The control "no" must fail and it held: this check cannot tell the two apart.',
  ]);
});

test('of a check that throws, what it had settled is kept and the rest has its words', () => {
  expect(reasons('faulty/throws')).toEqual(['holds: ', 'broken: the check failed: there are no dice to throw']);
});

test('a check file that cannot be loaded is named with the reason', () => {
  expect(reasons('faulty/cannot-load')).toEqual(["broken: the check's process failed: this file needs dice"]);
  expect(ended.stdout).toMatch(/! broken +cannot-load/);
});

test('a check that ends its process is named, without the paths of this machine', () => {
  expect(reasons('faulty/exits')[0]).toContain('process.exit');
  expect(JSON.stringify(record)).not.toContain(fixtureClaims);
});

test('of a check whose process is killed, what it had settled is kept', () => {
  expect(reasons('faulty/kills-itself')).toEqual([
    'holds: ',
    "broken: the check's process failed: it ended in the middle of the check",
  ]);
});

test('a check that never ends is ended when its time is up, and its processes with it', () => {
  expect(reasons('slow/never-ends')).toEqual(['holds: ', 'undecided: time ran out: the check may take 3 s']);
  expect(claimOf(record, 'slow/never-ends').durationMs).toBeLessThan(8_000);
});

test('a claim with bad frontmatter and a check with a syntax error are named, and the others judged', async () => {
  const project = mkdtempSync(join(tmpdir(), 'bare-claims-project-'));
  const root = join(project, 'claims');
  try {
    mkdirSync(root);
    // As in the project itself: '#verify' is what its package.json says.
    writeFileSync(join(project, 'package.json'), '{ "type": "module", "imports": { "#verify": "./verify/index.ts" } }');
    symlinkSync(fileURLToPath(new URL('..', import.meta.url)), join(project, 'verify'));
    cpSync(fixtureClaims, root, { recursive: true });
    writeFileSync(join(root, 'faulty/throws.mdx'), '---\nstatement: Too few words follow.\nkind: guessed\n---\n');
    writeFileSync(join(root, 'faulty/exits.check.ts'), "export default check('never', { no: ');\n");
    const torn = await runs.verify(['calm/needs-nothing', 'faulty/exits'], { env: { BARE_CLAIMS_ROOT: root } });
    const latest = await runs.record();
    expect(verdicts(latest)).toEqual({ 'calm/needs-nothing': 'verified', 'faulty/exits': 'broken' });
    expect(claimOf(latest, 'faulty/exits').summary).toContain("the check's process failed");
    expect(torn.stderr).toMatch(/! claims\/faulty\/throws\.mdx.*kind/);
    expect(torn.exitCode).toBe(2);
    await expectClean(latest.run, torn);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});
