import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { EventOf, JournalEvent } from './event.ts';
import { arbitraryFinding, arbitraryRecord, claimRecord, findingRecord, host, runRecord } from './fixture.ts';
import { recordFromJournal, remainingClaims } from './from-journal.ts';
import { appendEvent, readJournal } from './journal.ts';
import type { RunRecord } from './record.ts';

const folder = await mkdtemp(join(tmpdir(), 'bare-claims-test-'));
afterAll(() => rm(folder, { recursive: true }));
let files = 0;
const newFile = (): string => join(folder, `${String((files += 1))}.jsonl`);

const { run, startedAt, endedAt, tool, profile, seed } = runRecord();
const started: EventOf<'run'> = {
  type: 'run',
  run,
  startedAt,
  tool,
  profile,
  seed,
  planned: ['startup/quick', 'startup/slow'],
};
const hosted: JournalEvent = { type: 'host', host };
const { id, revision, digests, combine } = claimRecord();
const claimStart: EventOf<'claim-start'> = { type: 'claim-start', id, revision, digests, combine, startedAt };
const settled: JournalEvent = { type: 'finding', claim: id, finding: findingRecord() };
const claimEnd: JournalEvent = { type: 'claim-end', claim: claimRecord() };
const slowEnd: JournalEvent = { type: 'claim-end', claim: claimRecord({ id: 'startup/slow' }) };
const runEnd: EventOf<'run-end'> = { type: 'run-end', state: 'complete', endedAt };

/** The journal of a run that came to its end. */
function eventsOf(record: RunRecord): JournalEvent[] {
  return [
    {
      ...started,
      run: record.run,
      startedAt: record.startedAt,
      profile: record.profile,
      seed: record.seed,
      planned: record.claims.map((claim) => claim.id),
    },
    { type: 'host', host: record.host },
    { type: 'warnings', warnings: record.warnings },
    { type: 'floor', floor: record.floor },
    ...record.claims.flatMap((claim): JournalEvent[] => [
      { ...claimStart, id: claim.id, revision: claim.revision, digests: claim.digests, combine: claim.combine },
      ...claim.findings.map((finding): JournalEvent => ({ type: 'finding', claim: claim.id, finding })),
      { type: 'claim-end', claim },
    ]),
    { type: 'run-end', state: 'complete', endedAt: record.endedAt },
  ];
}

test('what is appended is read back, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryFinding, { maxLength: 4 }), async (findings) => {
      const file = newFile();
      await appendEvent(file, started);
      const events = findings.map((finding): JournalEvent => ({ type: 'finding', claim: id, finding }));
      for (const event of events) await appendEvent(file, event);
      expect(await readJournal(file)).toEqual({ events: [started, ...events], truncatedLine: false });
    }),
    { numRuns: 30 },
  );
});

test('a run that came to its end makes its record, whatever it holds', () => {
  fc.assert(
    fc.property(arbitraryRecord, (record) => {
      expect(recordFromJournal(eventsOf(record))).toEqual(record);
    }),
  );
});

test('wherever a run is cut, its record is valid, partial and holds what had ended', () => {
  fc.assert(
    fc.property(arbitraryRecord, fc.double({ min: 0, max: 1, noNaN: true }), (whole, share) => {
      const events = eventsOf(whole);
      const kept = events.slice(0, 2 + Math.floor(share * (events.length - 3)));
      const record = recordFromJournal(kept);
      const ended = kept.flatMap((event) => (event.type === 'claim-end' ? [event.claim] : []));
      expect(record.state).toBe('partial');
      expect(record.claims.filter(({ unfinished }) => unfinished === undefined)).toEqual(ended);
      expect(remainingClaims(kept)).toEqual(
        whole.claims.map((claim) => claim.id).filter((claim) => !ended.some((one) => one.id === claim)),
      );
    }),
  );
});

test('a journal cut at any byte is read up to there, and a torn line is told', async () => {
  const file = newFile();
  for (const event of [started, hosted, claimStart, settled]) await appendEvent(file, event);
  const bytes = await readFile(file);
  const ends = [...bytes.entries()].filter(([, byte]) => byte === 0x0a).map(([index]) => index);
  for (let length = bytes.length; length > 0; length -= 7) {
    await truncate(file, length);
    const { events, truncatedLine } = await readJournal(file);
    // A line that lacks nothing but its end of line lacks nothing.
    const whole = ends.filter((end) => end <= length).length;
    expect(events).toHaveLength(whole);
    expect(truncatedLine).toBe(!ends.some((end) => end === length || end + 1 === length));
  }
});

test('a line after a torn one is not lost', async () => {
  const file = newFile();
  await appendEvent(file, started);
  await appendFile(file, '{"type":"host","host":{"os":"Deb');
  await appendEvent(file, hosted);
  expect(await readJournal(file)).toEqual({ events: [started, hosted], truncatedLine: true });
});

test('several processes append to one journal without a torn or lost line', async () => {
  const file = newFile();
  await appendEvent(file, started);
  const module = new URL('journal.ts', import.meta.url).href;
  const script = `
    const { appendEvent } = await import(${JSON.stringify(module)});
    const [file, who, event] = process.argv.slice(1);
    for (let n = 0; n < 60; n += 1) {
      const finding = { ...JSON.parse(event), id: who + n, label: who.repeat(150) };
      await appendEvent(file, { type: 'finding', claim: 'startup/quick', finding });
    }`;
  const writers = ['a', 'b', 'c'].map((who) =>
    promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      script,
      file,
      who,
      JSON.stringify(findingRecord()),
    ]),
  );
  await Promise.all(writers);
  const { events, truncatedLine } = await readJournal(file);
  expect(truncatedLine).toBe(false);
  const ids = events.flatMap((event) => (event.type === 'finding' ? [event.finding.id] : []));
  expect(new Set(ids).size).toBe(180);
});

test('an event that is not valid is refused and nothing is written', async () => {
  const file = newFile();
  const bad = { ...runEnd, endedAt: 'yesterday' };
  await expect(appendEvent(file, bad)).rejects.toThrow(/The journal event "run-end" is not valid: endedAt: /);
  await expect(stat(file)).rejects.toThrow('ENOENT');
});

test('a line that this version cannot understand is named with its field', async () => {
  const file = newFile();
  await writeFile(file, `${JSON.stringify(started)}\n{"type":"host","host":{}}\n`);
  await expect(readJournal(file)).rejects.toThrow(/^Line 2 of the journal \d+\.jsonl is not valid: host\.os: /);
  await writeFile(file, '{"type":"party"}\n');
  await expect(readJournal(file)).rejects.toThrow(/^Line 1 of the journal/);
});

test('a journal that is not there or cannot be written is told in a sentence without its path', async () => {
  const missing = join(folder, 'none', 'x.jsonl');
  await expect(readJournal(missing)).rejects.toThrow(/^The journal x\.jsonl could not be read: there is no such file/);
  await expect(appendEvent(missing, started)).rejects.toThrow(
    /^The journal x\.jsonl could not be written: there is no such/,
  );
});

test('a full disk is told in a sentence', async () => {
  await expect(appendEvent('/dev/full', started)).rejects.toThrow('could not be written: the disk is full.');
});

test('a claim that had settled a finding is kept without a verdict on it', () => {
  const record = recordFromJournal([started, hosted, claimStart, settled]);
  expect(record.because).toBe('the run was cut short; 2 of 2 planned claims did not come to their end');
  expect(record.claims).toHaveLength(1);
  expect(record.claims[0]).toMatchObject({
    id,
    verdict: 'inconclusive',
    unfinished: true,
    findings: [findingRecord()],
    durationMs: 12,
  });
});

test('a claim that had settled nothing did not run', () => {
  const record = recordFromJournal([
    started,
    hosted,
    claimStart,
    { type: 'run-end', state: 'partial', because: 'interrupted', endedAt },
  ]);
  expect(record.because).toBe('interrupted; 2 of 2 planned claims did not come to their end');
  expect(record.claims[0]).toMatchObject({ verdict: 'not-run', unfinished: true, findings: [], durationMs: 60_000 });
});

test('a broken finding breaks its claim, ended or not', () => {
  const broken = findingRecord({ outcome: { kind: 'broken', because: 'the control held' } });
  const record = recordFromJournal([started, hosted, claimStart, { type: 'finding', claim: id, finding: broken }]);
  expect(record.claims[0]?.verdict).toBe('broken');
});

test('only the findings of the last start count', () => {
  const again = findingRecord({ id: 'again' });
  const record = recordFromJournal([
    started,
    hosted,
    claimStart,
    settled,
    claimStart,
    { type: 'finding', claim: id, finding: again },
  ]);
  expect(record.claims[0]?.findings).toEqual([again]);
});

test('a resumed run that came to its end is complete', () => {
  const interrupted: JournalEvent = { type: 'run-end', state: 'partial', because: 'interrupted', endedAt };
  const first = [started, hosted, claimStart, settled, claimEnd, interrupted];
  expect(remainingClaims(first)).toEqual(['startup/slow']);
  const record = recordFromJournal([...first, hosted, slowEnd, runEnd]);
  expect(record).toMatchObject({ state: 'complete', claims: [{ id }, { id: 'startup/slow' }] });
  expect(record.because).toBeUndefined();
  expect(recordFromJournal([...first, hosted, slowEnd]).state).toBe('partial');
});

test('a run that says it is complete and left claims out is partial', () => {
  expect(recordFromJournal([started, hosted, claimEnd, runEnd])).toMatchObject({
    state: 'partial',
    because: 'the run ended early; 1 of 2 planned claims did not come to their end',
  });
});

test.each<[what: string, events: JournalEvent[], message: RegExp]>([
  ['no run', [hosted], /does not say which run it is/],
  ['no host', [started], /does not say which host it ran on/],
  [
    'two hosts',
    [started, hosted, { type: 'host', host: { ...host, kernel: '6.13.0' } }],
    /two: kernel: "6\.12\.5" and "6\.13\.0"/,
  ],
  ['two runs', [started, { ...started, run: run.replace('1a2b', 'ffff') }, hosted], /tells of two: run /],
  ['two seeds', [started, { ...started, seed: 2 }, hosted], /tells of two: seed 1 and 2/],
  ['two profiles', [started, { ...started, profile: 'quick' }, hosted], /two: profile "full" and "quick"/],
])('a journal with %s makes no record', (_, events, message) => {
  expect(() => recordFromJournal(events)).toThrow(message);
});

test('another wording of why there is no acceleration is no other host', () => {
  const other: JournalEvent = { type: 'host', host: { ...host, accelerator: { kind: 'tcg', because: 'after 9 s' } } };
  expect(recordFromJournal([started, hosted, other]).host).toEqual(host);
});
