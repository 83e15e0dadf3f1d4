import { expect, test } from 'vitest';
import { claimRecord } from '../record/fixture.ts';
import { whereTimeGoes } from './where-time-goes.ts';

const claims = [
  claimRecord({ id: 'a/alone', spent: { setUpMs: 2_000, workMs: 10_000 } }),
  claimRecord({ id: 'a/beside', spent: { setUpMs: 1_000, workMs: 4_000 } }),
];
const spent = { totalMs: 30_000, setUpMs: 6_000, checksMs: 20_000 };

test('what is no set-up and no work of subjects is overhead; claims side by side count by their share', () => {
  expect(whereTimeGoes({ spent, claims }, (id) => id === 'a/alone', 2)).toEqual({
    totalSeconds: 30,
    setUpSeconds: 6,
    subjectsSeconds: 2.5,
    workSeconds: 12,
    overheadSeconds: 9.5,
  });
});

test('the noise floor is work of subjects', () => {
  const floor = { ...spent, floorMs: 3_000 };
  expect(whereTimeGoes({ spent: floor, claims }, () => true, 2)).toMatchObject({ workSeconds: 17, overheadSeconds: 4 });
});

test('a record without times is refused, and a claim without them is all overhead', () => {
  expect(() => whereTimeGoes({ claims }, () => true, 2)).toThrow('does not say how long');
  const { overheadSeconds } = whereTimeGoes({ spent, claims: [claimRecord()] }, () => true, 2);
  expect(overheadSeconds).toBe(24);
});
