import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installCpuTimer, type CpuTimer } from './cpu-time.ts';
import { cpuTimeElf } from './cpu-time-elf.ts';
import { hostSubject } from '../lab/host/subject.ts';

const linux = process.platform === 'linux';
let folder: string;
let timer: CpuTimer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cpu-time-'));
  if (linux) timer = await installCpuTimer(hostSubject(), folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const spin = (times: number): string[] => ['sh', '-c', `i=0; while [ $i -lt ${String(times)} ]; do i=$((i+1)); done`];

test.runIf(linux)('more work takes more CPU time, waiting takes next to none', async () => {
  const [little, much, waiting] = [
    await timer.time(spin(20_000)),
    await timer.time(spin(400_000)),
    await timer.time(['sleep', '0.3']),
  ];
  expect(much.cpuSeconds).toBeGreaterThan(5 * little.cpuSeconds);
  expect(waiting.cpuSeconds).toBeLessThan(0.05);
  expect(waiting.durationMs).toBeGreaterThan(290);
});

test.runIf(linux)("a child's work counts as the command's own", async () => {
  const work = spin(400_000)[2] ?? '';
  const [own, child] = [await timer.time(['sh', '-c', work]), await timer.time(['sh', '-c', `(${work}) & wait`])];
  expect(child.cpuSeconds).toBeGreaterThan(own.cpuSeconds / 2);
  expect(child.cpuSeconds).toBeLessThan(own.cpuSeconds * 2);
});

test.runIf(linux)('streams, environment and exit code are those of the command', async () => {
  const script = 'cat; echo "$WORD" >&2; exit 7';
  const result = await timer.time(['sh', '-c', script], { stdin: 'in', env: { WORD: 'word' }, reject: false });
  expect(result).toMatchObject({ exitCode: 7, stdout: 'in', stderr: 'word\n' });
  expect((await timer.time(['sh', '-c', 'kill -9 $$'], { reject: false })).exitCode).toBe(137);
});

test.runIf(linux)('a program that is not there is named', async () => {
  await expect(timer.time(['no-such-program'])).rejects.toThrow('no program "no-such-program" in the host');
});

test('each architecture has its own instrument', () => {
  expect(cpuTimeElf('arm64').length % 4).toBe(0);
  expect(cpuTimeElf('arm64')).not.toEqual(cpuTimeElf('x86-64'));
});

test.runIf(linux)('scripts are timed apart, whatever they print; one that fails is no result', async () => {
  const loop = (times: number) => spin(times)[2] ?? '';
  const costs = await timer.timeScripts({ little: loop(20_000), loud: 'echo 5; echo 7 >&2', much: loop(400_000) });
  expect(costs.much).toBeGreaterThan(5 * costs.little);
  expect(costs.loud).toBeLessThan(costs.much);
  await expect(timer.timeScripts({ fails: 'exit 3' })).rejects.toThrow('exit code 1');
});
