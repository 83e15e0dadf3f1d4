import { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { attachEngine } from '../lab/engine/attach.ts';
import { discoverEngine } from '../lab/engine/discover.ts';
import { startPrivateEngine } from '../lab/engine/private.ts';
import { restoreGuest } from '../lab/guest/restore.ts';
import { launchVmm } from '../lab/guest/vmm.ts';
import { listProcesses } from '../lab/host/process.ts';
import { runRoot } from '../lab/places.ts';
import { leftovers, reap } from '../lab/reaper/reap.ts';
import { readJournal } from '../record/journal.ts';
import { newRunId } from '../record/run-id.ts';
import { claimOf, expectClean, newRuns, verdicts } from './fixtures/command.ts';
import { cutShort } from './fixtures/cut-short.ts';
import { ownLane } from './fixtures/own-lane.ts';

ownLane();
/** `npm run bench` asks for more. */
const times = Number(process.env['BARE_CLAIMS_CUT_SHORT'] ?? 10);
const waiting = 'slow/waits-at-a-gate';
const lost = 'engine/ends-by-itself';

test('an engine of our own that hangs in the middle is given up with a sentence and started anew; the claim that it struck is asked again, and all is removed', async (context) => {
  if ((await discoverEngine('e2e')).engine !== null)
    context.skip("the engine here is somebody's, and is not ours to halt");
  using runs = newRuns();
  const gate = join(runs.folder, 'gate');
  const command = runs.start(['calm/needs-nothing', waiting], {
    env: { BARE_CLAIMS_TEST_GATE: gate, BARE_CLAIMS_ENGINE_SECONDS: '5' },
  });
  const early = command.ended.then(({ stderr }) => Promise.reject(new Error(`The run ended too early: ${stderr}`)));
  await Promise.race([runs.event((event) => event.type === 'finding' && event.claim === waiting), early]);
  early.catch(() => undefined);
  const begun = await runs.event(({ type }) => type === 'run');
  const run = begun.type === 'run' ? begun.run : '';
  const daemons = listProcesses().filter(
    ({ argv }) => /(^|\/)dockerd$/.test(argv[0] ?? '') && argv.some((word) => word.includes(`${runRoot(run)}/`)),
  );
  expect(daemons).toHaveLength(1);
  for (const { pid } of daemons) process.kill(pid, 'SIGSTOP');
  writeFileSync(gate, '');
  const ended = await command.ended;
  const record = await runs.record();
  const { events } = await readJournal(runs.journal());
  const told = events.flatMap((event) =>
    event.type === 'claim-end' && event.claim.id === waiting ? [event.claim] : [],
  );
  expect(told.map(({ verdict }) => verdict)).toEqual(['broken', 'verified', 'verified']);
  expect(told[0]?.log).toMatch(/The container engine did not answer within 5 s: \w+ \//);
  expect(verdicts(record)).toEqual({ 'calm/needs-nothing': 'verified', [waiting]: 'verified' });
  expect(record.warnings.find(({ what }) => what === 'container engine')?.advice).toContain(`after ${waiting}`);
  expect(ended.stderr).toMatch(/dockerd logged last/);
  expect(ended.exitCode).toBe(0);
  await expectClean(run, ended);
});

test('a check whose own engine ends by itself is run once more, and what had come out before stands', async () => {
  using runs = newRuns();
  const ended = await runs.verify([lost], { env: { BARE_CLAIMS_TEST_GATE: join(runs.folder, 'done') } });
  const [before, after] = claimOf(await runs.record(), lost).findings;
  expect([before?.outcome.kind, after?.outcome.kind]).toEqual(['holds', 'holds']);
  const { events } = await readJournal(runs.journal());
  const told = events.flatMap((event) => (event.type === 'finding' ? [event.finding] : []));
  expect(told.map(({ id, outcome }) => `${id} ${outcome.kind}`)).toEqual([
    ...['before holds', 'after broken'],
    ...['before holds', 'after holds'],
  ]);
  expect(before).toEqual(told[0]);
  expect(claimOf(await runs.record(), lost).log).toMatch(/Asked again, for an engine of its own had ended by itself/);
  expect(ended.exitCode).toBe(0);
  const begun = events.find(({ type }) => type === 'run');
  await expectClean(begun?.type === 'run' ? begun.run : '', ended);
});

test("somebody's engine that hangs in the middle is given up with a sentence and left as it is", async () => {
  await using engine = await startPrivateEngine({ runId: newRunId() });
  using runs = newRuns();
  const gate = join(runs.folder, 'gate');
  const env = {
    BARE_CLAIMS_TEST_GATE: gate,
    BARE_CLAIMS_ENGINE_SECONDS: '5',
    DOCKER_HOST: `unix://${engine.socketPath}`,
  };
  const command = runs.start(['calm/needs-nothing', waiting], { env });
  await runs.event((event) => event.type === 'finding' && event.claim === waiting);
  process.kill(engine.pid(), 'SIGSTOP');
  writeFileSync(gate, '');
  const ended = await command.ended;
  const record = await runs.record();
  expect(verdicts(record)).toEqual({ 'calm/needs-nothing': 'verified', [waiting]: 'broken' });
  expect(claimOf(record, waiting).findings.map(({ outcome }) => outcome.kind)).toEqual(['holds', 'broken']);
  expect(claimOf(record, waiting).log).toMatch(/The container engine did not answer within 5 s: \w+ \//);
  expect(ended.exitCode).toBe(2);
});

test.each([
  ['keeps its containers', ['--live-restore'], 'verified', ['holds', 'holds']],
  ['ends its containers', [], 'broken', ['holds', 'broken']],
] as const)('an engine that is restarted in the middle and %s is met again', async (_, extra, verdict, outcomes) => {
  await using engine = await startPrivateEngine({ runId: newRunId(), extra });
  using runs = newRuns();
  const gate = join(runs.folder, 'gate');
  const env = { BARE_CLAIMS_TEST_GATE: gate, DOCKER_HOST: `unix://${engine.socketPath}` };
  const command = runs.start([waiting], { env });
  await runs.event((event) => event.type === 'finding' && event.claim === waiting);
  await engine.kill();
  await engine.restart();
  writeFileSync(gate, '');
  const ended = await command.ended;
  const record = await runs.record();
  expect(verdicts(record)).toEqual({ [waiting]: verdict });
  expect(claimOf(record, waiting).findings.map(({ outcome }) => outcome.kind)).toEqual(outcomes);
  if (verdict === 'broken') expect(claimOf(record, waiting).summary).toMatch(/is not running/);
  await expectClean(record.run, ended);
  expect(await leftovers(record.run, attachEngine({ ...engine, private: false }))).toEqual([]);
});

test('a clock that is set back in the middle changes no verdict and no duration', async () => {
  using runs = newRuns();
  const preload = fileURLToPath(new URL('fixtures/step-clock.js', import.meta.url));
  const [gate, step] = [join(runs.folder, 'gate'), join(runs.folder, 'step')];
  const command = runs.start(['slow/needs-patience'], {
    env: { NODE_OPTIONS: `--import=${preload}`, BARE_CLAIMS_TEST_GATE: gate, BARE_CLAIMS_TEST_STEP: step },
  });
  await runs.event(({ type }) => type === 'finding');
  writeFileSync(step, '');
  writeFileSync(gate, '');
  const ended = await command.ended;
  const record = await runs.record();
  expect(verdicts(record)).toEqual({ 'slow/needs-patience': 'verified' });
  // It was set back, or this test shows nothing.
  expect(Date.parse(record.endedAt)).toBeLessThan(Date.parse(record.startedAt));
  for (const { durationMs, findings } of record.claims) {
    for (const ms of [durationMs, ...findings.map((finding) => finding.durationMs)]) {
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThan(180_000);
    }
  }
  expect(ended.exitCode).toBe(0);
  await expectClean(record.run, ended);
});

test('a run that is killed, ended or interrupted at any moment invents nothing, and what it left goes with the next', async () => {
  const { runs: cut, troubles, last } = await cutShort({ times, seed: 20_261_121, spanMs: 4_000 });
  expect(troubles).toEqual([]);
  expect(cut).toBeGreaterThan(times / 2);
  expect(last.exitCode).toBe(0);
}, 600_000);

test('a guest that floods its console answers all the same, and only the end is kept', async () => {
  const runId = newRunId();
  {
    await using guest = await restoreGuest({ runId, image: 'bare' });
    const flood = 'head -c 400000 /dev/zero | tr "\\0" x >/dev/ttyS0; echo "the end" >/dev/ttyS0; echo still here';
    const { stdout } = await guest.exec(['sh', '-c', flood], { timeoutMs: 120_000 });
    expect(stdout).toBe('still here\n');
    await guest.waitForConsole(/the end/, 10_000);
    expect(guest.console(2).length).toBeGreaterThan(200_000);
    expect(guest.console(2).length).toBeLessThanOrEqual(256 * 1024);
  }
  await reap({ runId });
  expect(await leftovers(runId)).toEqual([]);
});

test('a guest whose monitor connection breaks off works on, whoever asks the monitor hears of it, and nothing is left', async () => {
  const runId = newRunId();
  {
    await using guest = await restoreGuest({ runId, image: 'bare' });
    // Nothing from outside can cut a pair of sockets that has no name: the child is ours.
    const active = (process as unknown as { _getActiveHandles(): readonly unknown[] })._getActiveHandles();
    const qemu = active.find((one) => one instanceof ChildProcess && one.pid === guest.pid);
    expect(qemu).toBeInstanceOf(ChildProcess);
    (qemu as ChildProcess).stdio[3]?.destroy();
    await expect(guest.qmp.execute('query-status')).rejects.toThrow(/connection to QEMU has ended/);
    const reported = guest.qmp.waitFor(({ event }) => event === 'SHUTDOWN', 'its end', 5_000);
    await expect(reported).rejects.toThrow(/connection to QEMU has ended/);
    expect((await guest.exec(['echo', 'still here'])).stdout).toBe('still here\n');
  }
  expect(await leftovers(runId)).toEqual([]);
});

test.each([
  ['says what is no message', 'echo nonsense >&3', /no message of its protocol: nonsense/],
  ['hangs up', 'exec 3>&-', /connection to QEMU has ended/],
])('a QEMU whose monitor %s is ended, and the error tells of it', async (_, script, cause) => {
  const folder = mkdtempSync(join(tmpdir(), 'bare-claims-e2e-'));
  const command = join(folder, 'qemu');
  // It stays after its monitor is lost, which a real one would not tell us in advance.
  writeFileSync(command, `#!/bin/sh\n${script}\nexec sleep 6789\n`);
  for (const path of [folder, command]) chmodSync(path, 0o755);
  const started = launchVmm({ command, accelerator: 'tcg', arguments: async () => [] });
  const error = await started.then(
    () => null,
    (reason: unknown) => reason as Error,
  );
  rmSync(folder, { recursive: true });
  expect(error?.message).toMatch(/QEMU did not start \(SIGKILL\)/);
  expect((error?.cause as Error).message).toMatch(cause);
  expect(listProcesses().filter(({ argv }) => argv.join(' ') === 'sleep 6789')).toEqual([]);
});
