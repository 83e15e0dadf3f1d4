import { expect, test } from 'vitest';
import { truth, type MeasureContext } from '../measure/measurement.ts';
import { atOnce } from './at-once.ts';

const context: MeasureContext = {
  elapsedMs: () => 0,
  capMs: 1_000,
  random: () => 0.5,
  profile: 'full',
  signal: new AbortController().signal,
};

test('controls begin together with the measurement, and each is taken once', async () => {
  const looked: string[] = [];
  const look = (name: string, value: boolean) =>
    truth(async () => {
      looked.push(name);
      await Promise.resolve();
      return { value, saw: name };
    });
  const { measure, controls } = atOnce({ measure: look('itself', true), controls: { other: look('other', false) } });
  expect(await measure.run(context)).toMatchObject({ saw: 'itself', value: true });
  expect(looked.toSorted()).toEqual(['itself', 'other']);
  expect(await controls['other']?.run(context)).toMatchObject({ saw: 'other', value: false });
  expect(looked).toHaveLength(2);
});

test('a control that fails does so where it is asked for, and not before', async () => {
  const failing = truth(() => Promise.reject(new Error('no such control')));
  const { measure, controls } = atOnce({
    measure: truth(() => ({ value: true, saw: '' })),
    controls: { failing },
  });
  await expect(measure.run(context)).resolves.toMatchObject({ value: true });
  await expect(controls['failing']?.run(context)).rejects.toThrow('no such control');
});

test('without the measurement a control is taken by itself', async () => {
  const { controls } = atOnce({
    measure: truth(() => ({ value: true, saw: '' })),
    controls: { other: truth(() => ({ value: false, saw: 'alone' })) },
  });
  expect(await controls['other']?.run(context)).toMatchObject({ saw: 'alone' });
});
