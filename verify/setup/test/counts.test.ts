import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countsLine, sumCounts, vitestCounts } from './counts.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bare-claims-counts-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const failing = JSON.stringify({
  numPassedTests: 1,
  numFailedTests: 1,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [
    {
      assertionResults: [
        { status: 'passed', fullName: 'adds', failureMessages: [] },
        { status: 'failed', fullName: 'waits', failureMessages: ['Error: 3 is not 4\n    at a line'] },
      ],
    },
  ],
});

const report = (passed: number, failed: number, pending = 0, todo = 0): string =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: pending, numTodoTests: todo });

test.each([
  ['all passed', report(3, 0), 0, { passed: 3, failed: 0, skipped: 0 }],
  ['one failed', report(3, 1), 1, { passed: 3, failed: 1, skipped: 0 }],
  ['skipped and to do', report(3, 0, 2, 1), 0, { passed: 3, failed: 0, skipped: 3 }],
  ['a file that could not be loaded', report(3, 0), 1, { passed: 3, failed: 1, skipped: 0 }],
  ['a report of another shape', '{}', 0, { passed: 0, failed: 1, skipped: 0 }],
  ['a report cut short', '{"numPassedTests": 3', 1, { passed: 0, failed: 1, skipped: 0 }],
] as const)('%s is counted so', async (name, text, exitCode, counts) => {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, text);
  expect(await vitestCounts(file, exitCode)).toMatchObject(counts);
});

test('a failed test is named with the first line of its message', async () => {
  const file = join(folder, 'named.json');
  writeFileSync(file, failing);
  expect(await vitestCounts(file, 1)).toMatchObject({ failed: 1, failures: ['waits: Error: 3 is not 4'] });
});

test('a run that left no report failed', async () => {
  expect(await vitestCounts(join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('counts add up and are told in one line', () => {
  const sum = sumCounts([
    { passed: 2, failed: 0, skipped: 1 },
    { passed: 3, failed: 1, skipped: 0, failures: ['lint'] },
  ]);
  expect(sum.failures).toEqual(['lint']);
  expect(countsLine(sum)).toBe('5 passed, 1 failed, 1 skipped');
  expect(countsLine({ passed: 5, failed: 0, skipped: 0 })).toBe('5 passed, 0 failed');
});
