import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { findBinary } from '../lab/engine/private-needs.ts';
import { scratchesRoot } from '../lab/places.ts';
import { claimOf, expectClean, hidden, newRuns, verdicts } from './fixtures/command.ts';
import { ownLane } from './fixtures/own-lane.ts';

// Machines that lack something, played by this one: what they lack is hidden in a mount namespace of the command.
ownLane();
beforeEach((context) => {
  if (process.getuid?.() !== 0) context.skip('only root may hide files from a command');
});

const engines = [findBinary('dockerd') ?? 'dockerd', '/var/run/docker.sock', '/run/podman/podman.sock'];
const qemu = findBinary(`qemu-system-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}`) ?? 'qemu';
const nowhere = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
const reason = (claim: ReturnType<typeof claimOf>): string =>
  claim.findings.map(({ outcome }) => ('because' in outcome ? outcome.because : outcome.kind)).join();

test('without any engine, what needs one is not run, with what would mend it; the rest is judged', async () => {
  using runs = newRuns();
  const ended = await runs.verify(['calm/needs-nothing', 'calm/needs-engine'], {
    mounts: hidden(...engines),
    env: nowhere,
  });
  const record = await runs.record();
  expect(verdicts(record)).toEqual({ 'calm/needs-engine': 'not-run', 'calm/needs-nothing': 'verified' });
  expect(reason(claimOf(record, 'calm/needs-engine'))).toMatch(
    /No container engine answers\. .*needs dockerd.*DOCKER_HOST/s,
  );
  expect(ended.stderr).toMatch(/Missing here: engine\..*apt-get install.*docker\.io|Missing here: engine\..*install/);
  expect(record).toMatchObject({ state: 'complete', host: { engine: null } });
  expect(ended.exitCode).toBe(0);
  await expectClean(record.run, ended);
});

test('where nothing at all could be run, the status says so', async () => {
  using runs = newRuns();
  const ended = await runs.verify(['calm/needs-engine'], { mounts: hidden(...engines), env: nowhere });
  expect(verdicts(await runs.record())).toEqual({ 'calm/needs-engine': 'not-run' });
  expect(ended.exitCode).toBe(3);
});

test('without QEMU, what needs a guest is not run, naming the package; the rest is judged', async () => {
  using runs = newRuns();
  const ended = await runs.verify(['calm/needs-nothing', 'calm/needs-guest'], { mounts: hidden(qemu) });
  const record = await runs.record();
  expect(verdicts(record)).toEqual({ 'calm/needs-guest': 'not-run', 'calm/needs-nothing': 'verified' });
  expect(reason(claimOf(record, 'calm/needs-guest'))).toMatch(/QEMU is missing .*apt-get install qemu-system/);
  expect(record.host).toMatchObject({ qemu: null, accelerator: { kind: 'none' } });
  expect(ended.exitCode).toBe(0);
  await expectClean(record.run, ended);
});

test('a guest that panics and one that stays silent each break their claim with a sentence and the console; the probe says in 10 s what accelerates', async () => {
  using runs = newRuns();
  const ended = await runs.verify(['guest', 'calm/needs-guest', '--fresh-probe']);
  const record = await runs.record();
  expect(verdicts(record)).toEqual({
    'calm/needs-guest': 'verified',
    'guest/panics': 'broken',
    'guest/stays-silent': 'broken',
  });
  expect(reason(claimOf(record, 'guest/panics'))).toMatch(
    /The bare guest ended before it answered \(.*Kernel panic.*\)[^]*Last console lines:\n.*\w/,
  );
  expect(reason(claimOf(record, 'guest/stays-silent'))).toMatch(
    /The bare guest did not answer within 4000 ms under \w+\.\nLast console lines:\n/,
  );
  expect(ended.exitCode).toBe(2);

  const { kind, because } = record.host.accelerator;
  const [, seconds = 'none'] = /hardware acceleration for guests: .*\((\d+\.\d) s\)/.exec(ended.stderr) ?? [];
  expect(Number(seconds)).toBeLessThan(10);
  expect(kind).toMatch(/^(kvm|hvf|tcg)$/);
  // A device that opens says nothing: only a guest that reached its init does.
  if (kind === 'tcg') expect(because).toMatch(existsSync('/dev/kvm') ? /-accel kvm|\/dev\/kvm/ : /no \/dev\/kvm/);
  else expect(because).toMatch(/reached its init/);
  await expectClean(record.run, ended);
});

test('on a full scratch disk the claim that needs room says so and what to do, and the rest is judged', async () => {
  using runs = newRuns();
  mkdirSync(scratchesRoot(), { recursive: true });
  const mounts = [`mount -t tmpfs -o size=2m tmpfs ${scratchesRoot()}`];
  const ended = await runs.verify(['calm/needs-nothing', 'calm/needs-guest', 'disk'], { mounts });
  const record = await runs.record();
  expect(verdicts(record)).toEqual({
    'calm/needs-guest': 'verified',
    'calm/needs-nothing': 'verified',
    'disk/takes-a-large-file': 'broken',
  });
  expect(reason(claimOf(record, 'disk/takes-a-large-file'))).toMatch(/no space left.*\nThe disk is full: make room/);
  expect(ended.exitCode).toBe(2);
  await expectClean(record.run, ended);
});

test('where images and guests find no room, what needs them is not run, with the reason', async () => {
  using runs = newRuns();
  const cache = mkdtempSync(join(tmpdir(), 'bare-claims-small-'));
  const mounts = [`mount -t tmpfs -o size=512k tmpfs ${cache}`];
  const ended = await runs.verify(['calm'], { mounts, env: { BARE_CLAIMS_CACHE: cache } });
  rmSync(cache, { recursive: true });
  const record = await runs.record();
  expect(verdicts(record)).toEqual({
    'calm/needs-engine': 'not-run',
    'calm/needs-guest': 'not-run',
    'calm/needs-nothing': 'verified',
  });
  expect(reason(claimOf(record, 'calm/needs-engine'))).toContain('The disk is full: make room');
  // Without a network the first thing that a guest lacks is another one.
  expect(reason(claimOf(record, 'calm/needs-guest'))).toMatch(/The disk is full: make room|apt/);
  expect(ended.exitCode).toBe(0);
  await expectClean(record.run, ended);
});

test('where the record itself finds no room, one sentence says so', async () => {
  using runs = newRuns();
  const mounts = [`mount -t tmpfs -o size=4k tmpfs ${runs.folder}`, `head -c 4096 /dev/zero > ${runs.folder}/full`];
  const ended = await runs.verify(['calm/needs-nothing'], { mounts });
  expect(ended.stderr).toMatch(/journal .* could not be written: .*(full|space|room)/i);
  expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/^ {4}at /m);
  expect(ended.exitCode).toBe(2);
});
