import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSentence, mutatedText, mutatedValue } from '../bench/fixture.ts';
import { fuzzCases, fuzzTimeoutMs } from '../bench/fuzz-cases.ts';
import { RecordError } from './errors.ts';
import { appendEvent, readJournal } from './journal.ts';
import { claimRecord, findingRecord, host, runRecord } from './fixture.ts';
import { recordFromJournal } from './from-journal.ts';
import type { JournalEvent } from './event.ts';
import { readSabotageTable } from './sabotage-table.ts';
import { sealed } from './seal.ts';
import { readRecord, recordText } from './store.ts';

const timeout = fuzzTimeoutMs;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bare-claims-fuzz-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What was read, or null where it was refused with a sentence that names the file. */
async function readOrRefused<T>(read: Promise<T>, name: string): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    expect(error).toBeInstanceOf(RecordError);
    const { message } = error as RecordError;
    expect(message).toContain(name);
    expect(message).not.toContain(folder);
    expect(isSentence(message), message).toBe(true);
    return null;
  }
}

const record = sealed(
  runRecord({ claims: [claimRecord({ findings: [findingRecord(), findingRecord({ id: 'stop' })] })] }),
);

test('a record of any text is read whole or refused with its name', { timeout }, async () => {
  const file = join(folder, 'changed.json');
  await fc.assert(
    fc.asyncProperty(mutatedText(recordText(record)), async (text) => {
      writeFileSync(file, text);
      // What is not refused says what it said before: a seal lets nothing else through.
      const read = await readOrRefused(readRecord(file), 'changed.json');
      if (read?.seal !== undefined) expect(read).toEqual(record);
    }),
    { numRuns: fuzzCases },
  );
});

test('a record with a field of another kind is refused by the name of the field', { timeout }, async () => {
  const { seal: _, ...unsealed } = record;
  const file = join(folder, 'field.json');
  await fc.assert(
    fc.asyncProperty(mutatedValue(unsealed), async ({ path, value }) => {
      writeFileSync(file, `${JSON.stringify(value)}\n`);
      const read = readRecord(file);
      if ((await readOrRefused(read, 'field.json')) !== null || path.length === 0) return;
      const message = await read.then(String, String);
      // A field that came to lack something is named with what it lacks, and a text of another schema by its number.
      expect(message).toMatch(new RegExp(`${(path[0] ?? '').replace(/\W/g, '.')}|schema|the whole`));
    }),
    { numRuns: fuzzCases },
  );
});

const events: readonly JournalEvent[] = [
  {
    type: 'run',
    run: record.run,
    startedAt: record.startedAt,
    tool: record.tool,
    profile: 'full',
    seed: 1,
    planned: ['startup/quick'],
  },
  { type: 'host', host },
  { type: 'finding', claim: 'startup/quick', finding: findingRecord() },
  { type: 'claim-end', claim: claimRecord() },
  { type: 'run-end', state: 'complete', endedAt: record.endedAt },
];

function canonical(line: string): string {
  try {
    return JSON.stringify(JSON.parse(line));
  } catch {
    return line;
  }
}

test(
  'a journal of any text gives back every line that is whole, or is refused by the line; no finding is invented',
  { timeout },
  async () => {
    const file = join(folder, 'a.journal.jsonl');
    rmSync(file, { force: true });
    for (const event of events) await appendEvent(file, event);
    const lines = events.map((event) => JSON.stringify(event));
    const known = new Set(lines);
    await fc.assert(
      fc.asyncProperty(mutatedText(`${lines.join('\n')}\n`), async (text) => {
        writeFileSync(file, text);
        const journal = await readOrRefused(readJournal(file), 'a.journal.jsonl');
        if (journal === null) return;
        // White space between the parts of a line changes nothing of what it says.
        const whole = text
          .split('\n')
          .map(canonical)
          .filter((line) => known.has(line));
        const read = journal.events.map((event) => JSON.stringify(event));
        expect(read.filter((line) => known.has(line))).toEqual(whole);
        try {
          const { claims } = recordFromJournal(journal.events);
          expect(claims.length).toBeLessThanOrEqual(
            journal.events.filter(({ type }) => type.startsWith('claim-')).length,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(RecordError);
        }
      }),
      { numRuns: fuzzCases },
    );
  },
);

test('a table of lies of any text is read or refused with its name', { timeout }, async () => {
  const file = join(folder, 'sabotage.json');
  const row = {
    claim: 'a/b',
    experiment: 'a'.repeat(64),
    run: record.run,
    honest: 'verified',
    lies: { 'idle-workload': 'broken' },
    unnoticed: [],
  };
  const valid = JSON.stringify({ schema: 1, rows: [row] });
  await fc.assert(
    fc.asyncProperty(mutatedText(valid), async (text) => {
      writeFileSync(file, text);
      await readOrRefused(readSabotageTable(file), 'sabotage.json');
    }),
    { numRuns: fuzzCases },
  );
});
