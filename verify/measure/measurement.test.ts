import { expect, test } from 'vitest';
import { amount, amounts, ladder, paired, replay, samples, truth, values } from './measurement.ts';
import type { MeasureContext, Measurement } from './measurement.ts';
import { evidenceSchema } from '../verdict/evidence.ts';
import { decide } from '../verdict/decide.ts';
import { randomStream } from '../statistics/random.ts';

/** A clock that moves by 10 ms with every look, and whatever else a test states. */
function context(changes: Partial<MeasureContext> = {}): MeasureContext {
  let now = 0;
  return {
    elapsedMs: () => (now += 10),
    capMs: 1e6,
    random: randomStream(1),
    profile: 'full',
    signal: new AbortController().signal,
    ...changes,
  };
}

const kind = { quantity: 'cost', unit: 's', clock: 'wall' } as const;
const container = { label: 'container', emulated: false };
const host = { label: 'host', emulated: false };
const guest = { label: 'guest', emulated: true };
const counting = () => {
  let count = 0;
  return async () => (count += 1);
};
const noise = () => {
  const random = randomStream(5);
  return async () => random();
};

async function series(measurement: Measurement, changes: Partial<MeasureContext> = {}) {
  const evidence = evidenceSchema.parse(await measurement.run(context(changes)));
  if (evidence.kind !== 'samples') throw new Error(`got ${evidence.kind}`);
  return { ...evidence.series, stop: evidence.stop, n: evidence.series.samples.length };
}

test('warm-ups are taken first, counted and not kept', async () => {
  const taken = await series(
    samples({ ...kind, subject: container, take: counting(), warmups: 3, atLeast: 6, atMost: 6 }),
  );
  expect(taken.warmups).toBe(3);
  expect(taken.samples.map(({ value }) => value)).toEqual([4, 5, 6, 7, 8, 9]);
  expect(taken.stop).toBe('planned');
});

test('samples keep their order and their times', async () => {
  const { samples: kept } = await series(samples({ ...kind, subject: container, take: noise() }));
  expect(kept.map(({ atMs }) => atMs)).toEqual(kept.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
});

test.each([
  ['steady values stop at the first look', async () => 1, {}, 'precision', 10],
  ['restless values go on to the end', noise(), {}, 'planned', 40],
  ['the quick profile takes half', noise(), { profile: 'quick' as const }, 'planned', 20],
  ['the time cap ends it', noise(), { capMs: 300 }, 'cap', undefined],
  ['the time cap leaves what the rule needs', noise(), { capMs: 0 }, 'cap', 10],
])('%s', async (_, take, changes, stop, n) => {
  const taken = await series(samples({ ...kind, subject: container, take }), changes);
  expect(taken.stop).toBe(stop);
  if (n === undefined) expect(taken.n).toSatisfy((count: number) => count > 10 && count < 40);
  else expect(taken.n).toBe(n);
});

test('the quick profile never takes fewer than the rule needs', async () => {
  const taken = await series(samples({ ...kind, subject: container, take: noise(), atLeast: 29, atMost: 40 }), {
    profile: 'quick',
  });
  expect(taken.n).toBe(29);
});

test('takes that wait are run at once, as many as asked for', async () => {
  let [running, most] = [0, 0];
  const take = async () => {
    most = Math.max(most, (running += 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
    return 1;
  };
  expect(
    (await series(samples({ ...kind, subject: container, take, atLeast: 6, atMost: 6, warmups: 0, concurrency: 4 }))).n,
  ).toBe(6);
  expect(most).toBe(4);
});

test('an abort keeps what was taken; before the first sample it rejects', async () => {
  const controller = new AbortController();
  let taken = 0;
  const take = async () => {
    if ((taken += 1) === 4) controller.abort();
    return 1;
  };
  const measurement = samples({ ...kind, subject: container, take, warmups: 0 });
  expect(await series(measurement, { signal: controller.signal })).toMatchObject({ n: 4, stop: 'cap' });
  await expect(measurement.run(context({ signal: AbortSignal.abort() }))).rejects.toThrow(/abort/i);
});

test('an instrument that answers with no number is an error that names the subject', async () => {
  await expect(
    samples({ ...kind, subject: container, take: async () => NaN, warmups: 0 }).run(context()),
  ).rejects.toThrow(/container gave NaN/);
});

test.each([
  ['a cost', 'cost', 'upper'],
  ['a rate', 'rate', 'lower'],
  ['an amount', 'amount', 'exact'],
] as const)('%s of an emulated guest is labelled so and bounded', async (_, quantity, bound) => {
  const options = { ...kind, quantity, subject: guest, take: async () => 1 };
  expect(await series(samples(options))).toMatchObject({ emulated: true, bound });
  expect(await series(samples({ ...options, bound: 'none' }))).toMatchObject({ bound: 'none' });
});

test.each([1, 2, 3, 4])('pairs alternate who goes first, whoever began (seed %i)', async (seed) => {
  const order: string[] = [];
  const side = (subject: typeof host, name: string) => ({
    subject,
    take: async () => (order.push(name), 1 + order.length / 1e6),
  });
  const evidence = evidenceSchema.parse(
    await paired({
      ...kind,
      subject: side(container, 'A'),
      baseline: side(host, 'B'),
      warmups: 0,
      atLeast: 7,
      atMost: 7,
    }).run(context({ random: randomStream(seed) })),
  );
  expect(order.join('')).toMatch(/^(ABBA){4}$|^(BAAB){4}$/);
  if (evidence.kind !== 'paired') throw new Error(evidence.kind);
  // Seven becomes eight, so that each side goes first as often.
  expect(evidence.subject.samples).toHaveLength(8);
  expect(evidence.baseline.samples).toHaveLength(8);
});

test('whether subject or baseline begins is drawn from the seed', async () => {
  const begins = async (seed: number) => {
    const order: string[] = [];
    const side = (name: string) => ({ subject: host, take: async () => order.push(name) });
    await paired({ ...kind, subject: side('A'), baseline: side('B'), warmups: 0, atLeast: 6, atMost: 6 }).run(
      context({ random: randomStream(seed) }),
    );
    return order[0];
  };
  const first = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(begins));
  expect(new Set(first)).toEqual(new Set(['A', 'B']));
  expect(await begins(1)).toBe(first[0]);
});

test('a steady drift of the whole machine does not make A differ from A', async () => {
  let now = 1;
  const take = async () => (now *= 1.02);
  const evidence = await paired({
    ...kind,
    subject: { subject: container, take },
    baseline: { subject: host, take },
  }).run(context());
  expect(decide({ kind: 'equivalent', margin: 0.05 }, evidence).kind).toBe('holds');
});

test('a ladder climbs and descends by turns, and each rung has one sample a round', async () => {
  const order: number[] = [];
  const rungs = [1, 2, 3].map((size) => ({
    subject: { label: String(size), emulated: false },
    take: async () => (order.push(size), size),
  }));
  const evidence = evidenceSchema.parse(
    await ladder(rungs, { ...kind, warmups: 0, atLeast: 6, atMost: 6 }).run(context()),
  );
  expect(order.join('')).toMatch(/^(123321){3}$|^(321123){3}$/);
  expect(decide({ kind: 'monotone', direction: 'rising', margin: 0.05 }, evidence).kind).toBe('holds');
});

test('what is observed becomes evidence of its kind', async () => {
  const observed = [
    truth(() => ({ value: true, saw: 'x'.repeat(5000) })),
    values(() => [
      { label: 'a', value: 1 },
      { label: 'b', value: '1' },
    ]),
    amount(() => ({ subject: 'container', value: 3, unit: 'B' })),
    amounts(() => ({
      subject: { label: 'a', value: 1 },
      baseline: { label: 'b', value: 2, bound: 'upper' },
      unit: 'B',
    })),
    replay({ ...kind, subject: container }, () => [1, { value: 2, atMs: 7 }]),
  ];
  const evidence = await Promise.all(
    observed.map(async (measurement) => evidenceSchema.parse(await measurement.run(context()))),
  );
  expect(evidence.map((one) => one.kind)).toEqual(observed.map((one) => one.kind));
  expect(evidence[2]).toMatchObject({ bound: 'exact' });
  expect(evidence[3]).toMatchObject({ subject: { bound: 'exact' }, baseline: { bound: 'upper' } });
});
