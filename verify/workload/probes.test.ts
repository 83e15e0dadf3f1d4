import { expect, test } from 'vitest';
import { isHosts, probes, type Match } from './probes.ts';

const cases: readonly [match: Match, text: string, before: string, after: string, hosts: boolean][] = [
  ['found', 'found', '', '', true],
  ['found', '', 'found', 'found', false],
  ['equal', '6.1', '6.1', '6.1', true],
  ['equal', '6.1', '6.12', '6.12', false],
  ['either', '0.10 0.20 0.30', '0.11 0.20 0.30', '0.10 0.20 0.30', true],
  ['either', '0.10 0.20 0.30', '0.11 0.20 0.30', '0.12 0.20 0.30', false],
  ['between', '100.00', '100.00', '100.20', true],
  ['between', '100.21', '100.00', '100.20', false],
  ['between', '99.99', '100.00', '100.20', false],
  ['between', '', '0', '100.20', false],
  ['shares', 'b\nc', 'a\nb', 'a', true],
  ['shares', 'c', 'a\nb', 'a', false],
  ['shares', '', '', '', false],
];

test.each(cases)('by "%s", %j beside the host\'s %j and %j', (match, text, before, after, hosts) => {
  expect(isHosts(match, text, before, after)).toBe(hosts);
});

test('every probe has a name of its own', () => {
  expect(new Set(probes.map(({ id }) => id)).size).toBe(probes.length);
});
