import { expect, test } from 'vitest';
import { parseRoundTrips } from './round-trips.ts';

const target = { address: '127.0.0.1', port: 7 };
const job = (total_ios: number, error = 0) => ({
  error,
  write: { total_ios, lat_ns: { percentile: { '50.000000': 6400 } } },
});
const report = (...jobs: readonly unknown[]): string => JSON.stringify({ jobs });

test('each target has the median of its own job, in seconds', () => {
  const slower = { error: 0, write: { total_ios: 5, lat_ns: { percentile: { '50.000000': 12_800 } } } };
  expect(parseRoundTrips(report(job(5), slower), [target, target], 5)).toEqual([6.4e-6, 1.28e-5]);
});

test.each([
  ['a refused connection', report(job(0, 111)), /0 back \(error 111\)/],
  ['a message that did not come back', report(job(4)), /Of 5 messages to 127\.0\.0\.1 port 7, fio got 4 back/],
  ['a target of which nothing is reported', report(), /error unknown/],
  ['no report', 'fio: command not found', /fio printed no JSON/],
])('%s is told and is no number', (_what, text, message) => {
  expect(() => parseRoundTrips(text, [target], 5)).toThrow(message);
});
