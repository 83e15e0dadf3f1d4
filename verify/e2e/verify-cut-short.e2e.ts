import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { discoverEngine } from '../lab/engine/discover.ts';
import { endProcesses, identityOf, listProcesses } from '../lab/host/process.ts';
import { runRoot } from '../lab/places.ts';
import { leftovers } from '../lab/reaper/reap.ts';
import { readJournal, type JournalEvent } from '../record/journal.ts';
import { claimOf, expectClean, newRuns, verdicts, type Runs } from './fixtures/command.ts';
import { ownLane } from './fixtures/own-lane.ts';

// Runs that come to no good end, each with a private engine and a container in the middle of a check.
ownLane();
const waiting = 'slow/waits-at-a-gate';

/** The check has settled its first finding, and waits. */
const inTheMiddle = (event: JournalEvent): boolean => event.type === 'finding' && event.claim === waiting;
const ofTheOther = (event: JournalEvent): boolean =>
  event.type === 'claim-end' && event.claim.id === 'calm/needs-nothing';

async function untilInTheMiddle(runs: Runs): Promise<string> {
  await runs.event(ofTheOther);
  await runs.event(inTheMiddle);
  const begun = await runs.event(({ type }) => type === 'run');
  return begun.type === 'run' ? begun.run : '';
}

const outcomes = (claim: ReturnType<typeof claimOf>): string[] =>
  claim.findings.map(({ id, outcome }) => `${id} ${outcome.kind}`);

test('Ctrl-C keeps what was settled, removes everything, and leaves a partial record', async () => {
  using runs = newRuns();
  const command = runs.start(['calm/needs-nothing', waiting]);
  const run = await untilInTheMiddle(runs);
  command.interrupt();
  const ended = await command.ended;
  expect(ended.exitCode).toBe(130);
  expect(ended.stderr).toContain('SIGINT: stopping, and removing what this run made.');
  const record = await runs.record();
  expect(record).toMatchObject({ run, state: 'partial' });
  expect(record.because).toContain('interrupted');
  expect(verdicts(record)).toEqual({ 'calm/needs-nothing': 'verified', [waiting]: 'inconclusive' });
  expect(claimOf(record, waiting).unfinished).toBe(true);
  expect(outcomes(claimOf(record, waiting))).toEqual(['before holds']);
  await expectClean(run, ended);
});

test('what a killed run left goes with the next one, which says so; and the killed one can be resumed', async () => {
  using runs = newRuns();
  const gate = join(runs.folder, 'gate');
  const env = { BARE_CLAIMS_TEST_GATE: gate };
  const command = runs.start(['calm/needs-nothing', waiting, '--seed', '4711'], { env });
  const run = await untilInTheMiddle(runs);
  command.kill();
  await command.ended;
  const journal = runs.journal();
  expect((await leftovers(run)).join('\n')).toMatch(/private engine/);

  const next = await runs.verify(['calm/needs-nothing']);
  expect(next.stderr).toMatch(/Removed what an earlier run left: .*private engine/);
  expect(next.exitCode).toBe(0);
  await expectClean(run, next);

  const others = join(runs.folder, 'of-another-version.jsonl');
  writeFileSync(others, readFileSync(journal, 'utf8').replace('"commit":null', `"commit":"${'0'.repeat(40)}"`));
  const refused = await runs.verify(['--resume', others], { env });
  expect(refused.stderr).toContain('was begun by version');
  expect(refused.exitCode).toBe(4);

  writeFileSync(gate, '');
  const resumed = await runs.verify(['--resume', journal], { env });
  expect(resumed).toMatchObject({ exitCode: 0 });
  expect((await readJournal(journal)).events.filter(({ type }) => type === 'run')).toMatchObject([
    { run, seed: 4711 },
    { run, seed: 4711 },
  ]);
  // The resumed run keeps its id, so its record is older by name than that of the run in between.
  const record = await runs.record(run);
  expect(record).toMatchObject({ run, state: 'complete', seed: 4711 });
  expect(verdicts(record)).toEqual({ 'calm/needs-nothing': 'verified', [waiting]: 'verified' });
  await expectClean(run, resumed);

  const again = await runs.verify(['--resume', journal]);
  expect(again.stderr).toContain('came to its end; there is nothing to resume');
  expect(again.exitCode).toBe(4);
});

test('an engine of ours that dies in the middle is started anew; what it broke is asked again, and nothing else', async (context) => {
  if ((await discoverEngine('e2e')).engine !== null)
    context.skip("the engine here is somebody's, and is not ours to kill");
  using runs = newRuns();
  const gate = join(runs.folder, 'gate');
  const command = runs.start(['calm', waiting], { env: { BARE_CLAIMS_TEST_GATE: gate } });
  const run = await untilInTheMiddle(runs);
  const daemons = listProcesses().filter(
    ({ argv }) =>
      argv.some((word) => word.startsWith(runRoot(run)) || word.includes(`=${runRoot(run)}`)) &&
      /(^|\/)(dockerd|containerd)$/.test(argv[0] ?? ''),
  );
  expect(daemons.map(({ argv }) => argv[0]?.split('/').at(-1)).sort()).toEqual(['containerd', 'dockerd']);
  await endProcesses(
    daemons.map(({ pid }) => identityOf(pid)),
    0,
  );
  writeFileSync(gate, '');
  const ended = await command.ended;
  const record = await runs.record();
  const { events } = await readJournal(runs.journal());
  const told = Map.groupBy(
    events.flatMap((event) => (event.type === 'claim-end' ? [event.claim] : [])),
    ({ id }) => id,
  );
  const [broken, again, both, ...more] = told.get(waiting) ?? [];
  expect(broken && outcomes(broken)).toEqual(['before holds', 'after broken']);
  expect(broken?.summary).toContain('engine');
  expect([again?.verdict, both?.verdict, more]).toEqual(['verified', 'verified', []]);
  // What had come out before stands; only what was broken is taken from the second asking.
  expect(claimOf(record, waiting).findings).toEqual([broken?.findings[0], again?.findings[1]]);
  const twice = [...told].filter(([, records]) => records.length > 1);
  expect(twice.filter(([, [first]]) => first?.verdict !== 'broken')).toEqual([]);
  expect(new Set(Object.values(verdicts(record)))).toEqual(new Set(['verified']));
  expect(ended.exitCode).toBe(0);
  expect(record.state).toBe('complete');
  await expectClean(run, ended);
  expect(existsSync(runRoot(run))).toBe(false);
});
