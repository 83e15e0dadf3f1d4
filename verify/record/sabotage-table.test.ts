import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runRecord } from './fixture.ts';
import { experimentDigest, mergeIntoSabotageTable, readSabotageTable, type SabotageRow } from './sabotage-table.ts';

const row = (claim: string, more: Partial<SabotageRow> = {}): SabotageRow => ({
  claim,
  experiment: experimentDigest('check', []),
  run: runRecord().run,
  honest: 'verified',
  lies: { 'stale-instrument': 'refuted' },
  unnoticed: [],
  ...more,
});

test('a later row replaces its claim’s former one and leaves the others', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'bc-sabotage-'));
  const file = join(folder.path, 'table.json');
  await mergeIntoSabotageTable(file, [row('b/two'), row('a/one')]);
  await mergeIntoSabotageTable(file, [row('b/two', { honest: 'refuted' })]);
  expect(await readSabotageTable(file)).toEqual([row('a/one'), row('b/two', { honest: 'refuted' })]);
});

test('a table that is none is refused by name and left as it is', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'bc-sabotage-'));
  const file = join(folder.path, 'table.json');
  expect(await readSabotageTable(file)).toEqual([]);
  for (const [content, message] of [
    ['{', /table\.json is not valid JSON/],
    ['{"schema":2,"rows":[]}', /table\.json is not valid: schema/],
    ['{"schema":1,"rows":[{"claim":"a/one"}]}', /rows\.0\.experiment/],
  ] as const) {
    await writeFile(file, content);
    await expect(mergeIntoSabotageTable(file, [row('a/one')])).rejects.toThrow(message);
    expect(await readFile(file, 'utf8')).toBe(content);
  }
});

test('an experiment is its check and its findings', () => {
  const digest = experimentDigest('check', [{ id: 'a' }]);
  expect(experimentDigest('check', [{ id: 'a' }])).toBe(digest);
  expect(experimentDigest('check 2', [{ id: 'a' }])).not.toBe(digest);
  expect(experimentDigest('check', [{ id: 'b' }])).not.toBe(digest);
});
