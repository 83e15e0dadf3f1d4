import { expect, test } from 'vitest';
import type { Verdict } from '../../../verify/verdict/verdict.ts';
import { fixtureHost } from '../../fixtures/record.ts';
import { hostAttributes } from './host-attributes.ts';
import { splittingAttributes, type Said } from './splitting.ts';

const said = (verdict: Verdict, lsm: string, cgroup: string, kernel = '6.12'): Said => ({
  verdict,
  host: { lsm, cgroup, kernel },
});
const names = (of: readonly Said[]): string[] => splittingAttributes(of).map(({ attribute }) => attribute);

test.each<[string, readonly Said[], string[]]>([
  ['nobody said anything', [], []],
  ['one machine alone', [said('verified', 'apparmor', 'v2')], []],
  [
    'machines that agree, however they differ',
    [said('verified', 'apparmor', 'v2'), said('verified', 'none', 'v1')],
    [],
  ],
  [
    'the one fact in which two machines differ',
    [said('verified', 'apparmor', 'v2'), said('refuted', 'none', 'v2')],
    ['lsm'],
  ],
  [
    'of two facts the one without an exception',
    [said('verified', 'apparmor', 'v1'), said('refuted', 'none', 'v2'), said('refuted', 'none', 'v1')],
    ['lsm'],
  ],
  ['both where both separate', [said('verified', 'apparmor', 'v2'), said('refuted', 'none', 'v1')], ['lsm', 'cgroup']],
  [
    'first the one with fewer values',
    [said('verified', 'a', 'v2', '1'), said('verified', 'b', 'v2', '2'), said('refuted', 'c', 'v1', '3')],
    ['cgroup', 'lsm', 'kernel'],
  ],
  [
    'none where it takes two facts together',
    [said('verified', 'a', 'v1'), said('refuted', 'a', 'v2'), said('refuted', 'b', 'v1'), said('verified', 'b', 'v2')],
    [],
  ],
  [
    'what did not decide is left out',
    [said('verified', 'apparmor', 'v2'), said('inconclusive', 'none', 'v2'), said('not-run', 'none', 'v1')],
    [],
  ],
  [
    'mixed is another verdict than verified',
    [said('verified', 'apparmor', 'v2'), said('mixed', 'none', 'v2')],
    ['lsm'],
  ],
])('%s', (_, of, expected) => {
  expect(names(of)).toEqual(expected);
});

test('of a machine that was measured twice the newer verdict counts', () => {
  const again = [said('refuted', 'none', 'v2'), said('verified', 'none', 'v2'), said('verified', 'apparmor', 'v2')];
  expect(names(again)).toEqual(['lsm']);
});

test('the values are told with their verdicts and the number of machines', () => {
  const of = [
    said('verified', 'apparmor', 'v2', '6.1'),
    said('verified', 'apparmor', 'v2', '6.12'),
    said('refuted', 'none', 'v2', '6.12'),
  ];
  expect(splittingAttributes(of)).toEqual([
    {
      attribute: 'lsm',
      values: [
        { value: 'none', verdict: 'refuted', machines: 1 },
        { value: 'apparmor', verdict: 'verified', machines: 2 },
      ],
    },
  ]);
});

test('a fact that one machine does not tell explains nothing', () => {
  const of: Said[] = [
    { verdict: 'verified', host: { lsm: 'apparmor' } },
    { verdict: 'refuted', host: {} },
  ];
  expect(names(of)).toEqual([]);
});

test('a host tells its facts without patch levels, which would make every machine one of its own', () => {
  const facts = hostAttributes(fixtureHost);
  expect(facts).toMatchObject({
    Kernel: '6.12',
    QEMU: 'QEMU 10',
    Engine: 'Docker Engine 26',
    'Security module': 'apparmor',
  });
  expect(hostAttributes({ ...fixtureHost, qemu: null, engine: null })).toMatchObject({ QEMU: 'none', Engine: 'none' });
});
