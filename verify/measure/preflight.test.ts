import { expect, test } from 'vitest';
import { floorSchema } from '../verdict/evidence.ts';
import { decide } from '../verdict/decide.ts';
import { randomStream } from '../statistics/random.ts';
import { measureFloor } from './floor.ts';
import { processorTime, readMachineState, sharesBetween, type MachineState } from './machine-state.ts';
import { doubts } from './preflight.ts';

const calm: MachineState = {
  cpus: 4,
  load: 0.3,
  busyShare: 0.05,
  stealShare: 0,
  governor: 'performance',
  virtualized: false,
  availableBytes: 8 * 2 ** 30,
  diskFreeBytes: 50 * 2 ** 30,
};

test('a calm machine gives no reason to doubt', () => {
  expect(doubts(calm)).toEqual([]);
});

test.each<[string, Partial<MachineState>, string[], boolean]>([
  ['a quarter busy', { busyShare: 0.25 }, [], false],
  ['more than a quarter busy', { busyShare: 0.26 }, ['busy processors'], true],
  ['a load of 0.7 a processor', { load: 2.8 }, [], false],
  ['a higher load', { load: 2.9 }, ['load average'], false],
  ['2% stolen', { stealShare: 0.02 }, [], false],
  ['more stolen', { stealShare: 0.03 }, ['stolen time'], true],
  ['a governor that saves power', { governor: 'powersave' }, ['frequency governor'], false],
  ['a virtual machine', { virtualized: true }, ['virtual machine'], false],
  ['less than 1 GiB of memory', { availableBytes: 2 ** 30 - 1 }, ['available memory'], false],
  ['less than 256 MiB', { availableBytes: 2 ** 28 - 1 }, ['available memory'], true],
  ['less than 4 GiB of disk', { diskFreeBytes: 2 ** 32 - 1 }, ['free disk space'], false],
])('%s', (_, change, what, lowers) => {
  const warnings = doubts({ ...calm, ...change });
  expect(warnings.map((warning) => warning.what)).toEqual(what);
  expect(warnings.some((warning) => warning.lowers)).toBe(lowers);
  for (const { advice } of warnings) expect(advice).toMatch(/\.$|performance\.$/);
});

test('shares of processor time are differences between two readings of /proc/stat', () => {
  const before = processorTime('cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0');
  const after = processorTime('cpu  150 0 120 760 120 0 0 50 0 0\n');
  expect(sharesBetween(before, after)).toEqual({ busyShare: expect.closeTo(0.35, 10) as number, stealShare: 0.25 });
  expect(sharesBetween(before, before)).toEqual({});
  expect(sharesBetween(processorTime(null), after)).toEqual({});
});

test('this machine tells its state, even for a folder that does not exist yet', async () => {
  const state = await readMachineState('/nowhere/at/all', 50);
  expect(state.availableBytes).toBeGreaterThan(0);
  expect(state.diskFreeBytes).toBeGreaterThan(0);
});

const context = (profile: 'quick' | 'full', capMs = 1e6) => {
  let now = 0;
  return {
    elapsedMs: () => (now += 50),
    capMs,
    random: randomStream(2),
    profile,
    signal: new AbortController().signal,
  };
};

test('the floor has both clocks of both places, in pairs of the same work', async () => {
  const random = randomStream(9);
  const work = async () => ({ wallSeconds: 0.1 + random() / 10, cpuSeconds: 0.1 + random() / 1000 });
  const floor = floorSchema.parse(await measureFloor({ host: work, container: work }, context('quick')));
  expect(floor.map(({ where, clock }) => `${where} ${clock}`)).toEqual([
    'host wall',
    'host cpu',
    'container wall',
    'container cpu',
  ]);
  for (const { first, second } of floor) expect([first.samples.length, second.samples.length]).toEqual([20, 20]);
  // The wall clock strays by up to a half, CPU time by 1%: what lies within 5% can be told by one and not by the other.
  const sample = floor[0]?.first;
  if (sample === undefined) throw new Error('no floor');
  const judge = (clock: 'wall' | 'cpu') => {
    const side = (subject: string, value: number) => ({
      ...sample,
      subject,
      clock,
      samples: Array.from({ length: 20 }, (_, atMs) => ({ value, atMs })),
    });
    return decide(
      { kind: 'notCostlier', margin: 0.05 },
      { kind: 'paired', subject: side('a', 1), baseline: side('b', 1), stop: 'planned' },
      { floor },
    ).kind;
  };
  expect(judge('cpu')).toBe('holds');
  expect(judge('wall')).toBe('undecided');
});

test('the time cap ends the floor, but not before it has what an interval needs', async () => {
  const work = async () => ({ wallSeconds: 1, cpuSeconds: 1 });
  const floor = await measureFloor({ host: work }, context('full', 0));
  expect(floor[0]?.first.samples).toHaveLength(6);
  expect(floor.map(({ where }) => where)).toEqual(['host', 'host']);
});

test('work that cost nothing is an error', async () => {
  const idle = async () => ({ wallSeconds: 0.1, cpuSeconds: 0 });
  await expect(measureFloor({ host: idle }, context('quick'))).rejects.toThrow(/host took 0.1 s and 0 CPU seconds/);
});
