import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lastDurations } from './last-durations.ts';
import { claimRecord, runRecord } from '../record/fixture.ts';
import { sealed } from '../record/seal.ts';
import { writeRecord } from '../record/store.ts';

let [own, published] = ['', ''];
beforeAll(async () => {
  [own, published] = [await mkdtemp(join(tmpdir(), 'own-')), await mkdtemp(join(tmpdir(), 'published-'))];
  const write = (folder: string, run: string, profile: 'quick' | 'full', claims: ReturnType<typeof claimRecord>[]) =>
    writeRecord(folder, sealed(runRecord({ run, profile, claims })));
  await write(own, '20260101T000000Z-00000001', 'quick', [
    claimRecord({ id: 'a/older', durationMs: 10 }),
    claimRecord({ id: 'b/again', durationMs: 20 }),
  ]);
  await write(own, '20260102T000000Z-00000002', 'quick', [
    claimRecord({ id: 'b/again', durationMs: 30 }),
    claimRecord({ id: 'c/left-out', durationMs: 0, verdict: 'not-run' }),
  ]);
  await write(own, '20260103T000000Z-00000003', 'full', [claimRecord({ id: 'b/again', durationMs: 99 })]);
  await writeFile(join(own, '20260104T000000Z-00000004.json'), 'no record');
  await write(published, '20260105T000000Z-00000005', 'quick', [
    claimRecord({ id: 'b/again', durationMs: 77 }),
    claimRecord({ id: 'c/left-out', durationMs: 40 }),
  ]);
});
afterAll(async () => {
  for (const folder of [own, published]) await rm(folder, { recursive: true, force: true });
});

test('the newest record of the profile that ran a claim counts, those of the first folder before others', async () => {
  expect(await lastDurations([own, published], 'quick')).toEqual(
    new Map([
      ['b/again', 30],
      ['a/older', 10],
      ['c/left-out', 40],
    ]),
  );
});

test('where there are no records nothing is known', async () => {
  expect(await lastDurations([join(own, 'none')], 'quick')).toEqual(new Map());
});
