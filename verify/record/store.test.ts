import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { arbitraryRecord, runRecord } from './fixture.ts';
import { runIdSchema } from './record.ts';
import { newRunId } from './run-id.ts';
import { listRecords, readRecord, recordJsonSchema, writeRecord } from './store.ts';

const folder = await mkdtemp(join(tmpdir(), 'bare-claims-test-'));
afterAll(() => rm(folder, { recursive: true }));

test('a record is read as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryRecord, async (record) => {
      expect(await readRecord(await writeRecord(folder, record))).toEqual(record);
    }),
    { numRuns: 30 },
  );
});

test('sealing leaves the record and nothing else, in a folder that it makes', async () => {
  const dir = join(folder, 'deep', 'runs');
  const file = await writeRecord(dir, runRecord());
  await writeRecord(dir, runRecord());
  expect(await readdir(dir)).toEqual([basename(file)]);
});

test('a record that is not valid is refused by its field, and no file is left', async () => {
  const dir = join(folder, 'refused');
  await expect(writeRecord(dir, runRecord({ seed: -1 }))).rejects.toThrow(
    /^The record of run \S+ is not valid: seed: /,
  );
  await expect(readdir(dir)).rejects.toThrow('ENOENT');
});

test('a folder that cannot be written is told in a sentence', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  await expect(writeRecord(join(file, 'runs'), runRecord())).rejects.toThrow(
    /could not be written: a part of its path is a file/,
  );
});

test.each<[what: string, content: string, message: RegExp]>([
  ['cut short', '{"schema":1,', /^The record bad\.json is not valid JSON/],
  ['empty', '', /is not valid JSON/],
  ['something else', '[]', /^The record bad\.json is not valid: the whole: /],
  ['from the future', '{"schema":2}', /schema 2, newer than this version can read \(1\)/],
  [
    'wrong in one place',
    JSON.stringify({ ...runRecord(), host: { ...runRecord().host, cpus: 0 } }),
    /not valid: host\.cpus: /,
  ],
  ['wrong everywhere', '{"schema":1}', /and \d+ more\.$/],
])('a record that is %s is refused with the file and the place', async (_, content, message) => {
  const file = join(folder, 'bad.json');
  await writeFile(file, content);
  await expect(readRecord(file)).rejects.toThrow(message);
});

test('any record with one byte changed is read as it then stands or refused, and never crashes', async () => {
  const file = await writeRecord(join(folder, 'bytes'), runRecord());
  const bytes = await readFile(file);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (place, byte) => {
      const changed = Buffer.from(bytes);
      changed[place] = byte;
      await writeFile(file, changed);
      const read = await readRecord(file).catch((error: unknown) => error);
      if (read instanceof Error) expect(read.name).toBe('RecordError');
      else expect(read).toHaveProperty('schema', 1);
    }),
    { numRuns: 200 },
  );
});

test('records are listed oldest first, and other files are not records', async () => {
  const dir = join(folder, 'list');
  const runs = ['20261122T000000Z-00000000', '20261121T235959Z-ffffffff'];
  for (const run of runs) await writeRecord(dir, runRecord({ run }));
  await writeFile(join(dir, 'index.json'), '{}');
  await writeFile(join(dir, 'notes.txt'), '');
  expect((await listRecords(dir)).map((file) => basename(file, '.json'))).toEqual([...runs].reverse());
  expect(await listRecords(join(folder, 'nowhere'))).toEqual([]);
});

test('run ids are valid, ordered by time and not repeated', () => {
  const moments = Array.from({ length: 50 }, (_, second) => new Date(Date.UTC(2026, 10, 21, 10, 0, second)));
  const ids = moments.map((moment) => newRunId(moment));
  expect(ids.every((id) => runIdSchema.safeParse(id).success)).toBe(true);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(Array.from({ length: 50 }, () => newRunId(moments[0]))).size).toBe(50);
});

test('the JSON Schema names every field of a record', () => {
  const schema = recordJsonSchema();
  expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' });
  const { properties } = schema as { properties: object };
  expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(runRecord())));
});
