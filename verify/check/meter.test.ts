import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startMeter, watch, watched } from '../lab/meter.ts';
import { metered } from './meter.ts';

/** A lab that makes one thing, slowly; the thing works slowly, too. */
const lab = () => ({
  host: { label: 'host', exec: () => delay(40, 'done') },
  machine: async () => {
    await delay(40);
    const daemon = { restart: () => delay(40), [Symbol.asyncDispose]: () => delay(40) };
    return { daemon, exec: () => delay(40, 'ran'), [Symbol.asyncDispose]: () => delay(40) };
  },
  emulated: true,
});

test('making and removing count as set-up, commands as work, and the rest as neither', async () => {
  const [meter, startedAt] = [startMeter(), performance.now()];
  const own = metered(lab(), meter);
  {
    await using machine = await own.machine();
    expect(await machine.exec()).toBe('ran');
    await delay(80);
  }
  expect(await own.host.exec()).toBe('done');
  expect(own.emulated).toBe(true);
  const { setUpMs, workMs } = meter.spent();
  const restMs = performance.now() - startedAt - setUpMs - workMs;
  // Each is 80 ms at the least, however slow the machine is; timers may be a millisecond early.
  for (const ms of [setUpMs, workMs, restMs]) expect(ms).toBeGreaterThan(75);
});

test('what goes on at once counts once, and as work', async () => {
  const [meter, startedAt] = [startMeter(), performance.now()];
  const own = metered(lab(), meter);
  await Promise.all([own.host.exec(), own.host.exec(), own.machine()]);
  const { setUpMs, workMs } = meter.spent();
  expect(workMs).toBeGreaterThan(35);
  expect(setUpMs + workMs).toBeLessThanOrEqual(performance.now() - startedAt);
});

test('a thing of the lab is the same whenever it is asked for', () => {
  const own = metered(lab(), startMeter());
  expect(own.host).toBe(own.host);
});

test('what a thing of the lab has of its own is on the meter, too', async () => {
  const meter = startMeter();
  const machine = await metered(lab(), meter).machine();
  const before = meter.spent().setUpMs;
  await machine.daemon.restart();
  expect(meter.spent().setUpMs - before).toBeGreaterThan(35);
});

test('a failure ends its time, and is told as it was', async () => {
  const meter = startMeter();
  const own = metered({ broken: () => Promise.reject(new Error('no such thing')) }, meter);
  await expect(own.broken()).rejects.toThrow('no such thing');
  const before = meter.spent();
  await delay(20);
  expect(meter.spent()).toEqual(before);
});

test('time over which subjects are observed is their work', async () => {
  const [meter, startedAt] = [startMeter(), performance.now()];
  await watch(40);
  expect(await watched(delay(40, 'seen'))).toBe('seen');
  await expect(watched(Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  await delay(40);
  const { workMs } = meter.spent();
  expect(workMs).toBeGreaterThan(75);
  expect(performance.now() - startedAt - workMs).toBeGreaterThan(35);
});
