import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { probeAccelerator } from '../lab/guest/probe.ts';
import { cacheRoot } from '../lab/places.ts';
import { newRunId } from '../record/run-id.ts';
import { fixtureClaims } from './fixtures/command.ts';
import { ownLane } from './fixtures/own-lane.ts';
import { rehearse, type Rehearsed } from './fixtures/rehearsal.ts';

ownLane();

const artifacts = fileURLToPath(new URL('../../artifacts', import.meta.url));
let claims = '';
const names = ['one', 'two', 'three', 'four'];
/** A claim for each of the four parts, so that none is empty; no more, for what is tried here is not the claims. */
beforeAll(() => {
  // Inside the project, for a check finds #verify from where it lies.
  mkdirSync(artifacts, { recursive: true });
  claims = mkdtempSync(join(artifacts, 'four-claims-'));
  const ledger = readFileSync(join(fixtureClaims, 'articles/nickoloff.yaml'), 'utf8');
  mkdirSync(join(claims, 'articles'));
  writeFileSync(
    join(claims, 'articles/nickoloff.yaml'),
    ledger.replace(/claims:[^]*/, `claims: [${names.map((name) => `calm/${name}`).join(', ')}]\n`),
  );
  mkdirSync(join(claims, 'calm'));
  const [text = '', check = ''] = ['mdx', 'check.ts'].map((kind) =>
    readFileSync(join(fixtureClaims, `calm/needs-nothing.${kind}`), 'utf8'),
  );
  for (const name of names) {
    writeFileSync(
      join(claims, `calm/${name}.mdx`),
      text.replace(/^statement: .*$/m, `statement: It is part ${name} of four.`),
    );
    writeFileSync(join(claims, `calm/${name}.check.ts`), check);
  }
});
afterAll(() => {
  rmSync(claims, { recursive: true, force: true });
});

/** Opening /dev/kvm to everybody is no business of a test; where udev does not run, it is refused and changes nothing. */
const opensNothing = !existsSync('/run/udev/control');

test('every command of the workflows runs in order in a fresh clone; without acceleration one of them fails loudly', async () => {
  const done = await rehearse({
    workflows: ['contribute.yml', 'verify.yml', 'publish.yml'],
    goOn: true,
    // A part of four of each machine shows what all would.
    only: ({ part }) => part === undefined || part === '1/4',
    packages: fileURLToPath(new URL('../../node_modules', import.meta.url)),
    // The site has tests of its own.
    leaveOut: ['npm run build', ...(opensNothing ? [] : ['npm run kvm:open'])],
    environment: { BARE_CLAIMS_ROOT: claims, BARE_CLAIMS_LANE: process.env['BARE_CLAIMS_LANE'] ?? '' },
  });
  const { kind } = await probeAccelerator({ cacheRoot: cacheRoot(), runId: newRunId(new Date()) });
  const needsKvm = ({ step }: Rehearsed): boolean =>
    step === 'npm run kvm:open' || step === 'npm run doctor -- --probe --needs acceleration';
  const failures = done.filter((one) => one.outcome === 'failed' && !needsKvm(one));
  expect(failures).toEqual([]);

  const asserted = done.filter((one) => one.step.includes('--needs acceleration') && one.outcome !== 'skipped');
  expect(asserted).toHaveLength(1);
  for (const { outcome, output } of asserted) {
    expect(outcome).toBe(kind === 'kvm' ? 'passed' : 'failed');
    if (kind !== 'kvm') expect(output).toMatch(/^::error .*Required and not in use here: acceleration\./m);
  }
  if (opensNothing) {
    const opened = done.filter(({ step, outcome }) => step === 'npm run kvm:open' && outcome === 'failed');
    expect(opened[0]?.output).toMatch(/There is no \/dev\/kvm|udev does not run here/);
  }

  const outcome = (step: string): string[] => done.filter((one) => one.step.startsWith(step)).map((one) => one.outcome);
  expect(outcome('npm run verify -- --shard')).toEqual(['passed', 'passed']);
  expect(outcome('actions/attest')).toEqual(['elsewhere', 'elsewhere']);
  const merged = done.find(({ step }) => step.startsWith('npm run merge -- artifacts/parts'))?.output;
  expect(merged).toMatch(/^2 files, 2 in artifacts\/records$/m);
  // Of both jobs that look at records: those of the parts, and those with what is on file.
  expect(outcome('npm run audit')).toEqual(['passed', 'passed', 'passed']);
}, 600_000);

test('a job ends with the step that fails, but for what is to be done even so', async () => {
  const done = await rehearse({
    workflows: ['verify.yml'],
    only: ({ machine, part }) => part === undefined || `${String(machine)} ${part}` === 'ubuntu-24.04 1/4',
    packages: fileURLToPath(new URL('../../node_modules', import.meta.url)),
    leaveOut: ['npm run kvm:open', 'npm run doctor -- --probe --needs acceleration', 'npm run setup'],
    environment: { BARE_CLAIMS_ROOT: '/nonexistent' },
  });
  const first = done.filter(({ job }) => job === 'verify/claims (ubuntu-24.04, 1/4)');
  expect(first.map(({ step, outcome }) => `${step}: ${outcome}`)).toContain('npm run verify -- --shard 1/4: failed');
  expect(first.at(-1)).toMatchObject({ step: 'actions/upload-artifact', outcome: 'failed' });
  expect(done.find(({ step }) => step.startsWith('npm run merge'))?.outcome).toBe('skipped');
}, 300_000);
