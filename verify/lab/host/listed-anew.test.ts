import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { memoryOf } from './memory.ts';
import { schedulingOf } from './scheduling.ts';

/** A process that has ended and was waited for. */
async function ended(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? NaN;
}

test.skipIf(process.platform !== 'linux').each([
  ['processor time', (pids: Parameters<typeof schedulingOf>[0]) => schedulingOf(pids).cpuSeconds],
  ['memory', (pids: Parameters<typeof memoryOf>[0]) => memoryOf(pids).pssBytes],
])('%s is read of a new list where one process has ended; of a list that stays, it cannot be', async (_, read) => {
  const gone = await ended();
  const lists = [[process.pid, gone], [process.pid]];
  expect(read(() => lists.shift() ?? [])).toBeGreaterThan(0);
  expect(lists).toEqual([]);
  expect(() => read([process.pid, gone])).toThrow(`Process ${String(gone)}`);
  let asked = 0;
  const always = (): number[] => {
    asked += 1;
    return [gone];
  };
  expect(() => read(always)).toThrow(`Process ${String(gone)}`);
  expect(asked).toBe(10);
});
