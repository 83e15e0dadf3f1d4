import { expect, test } from 'vitest';
import { planPackages, type Situation } from './install.ts';
import { systemParts } from './parts.ts';

const fio = systemParts('x64').filter(({ id }) => id === 'fio');
const debian = { family: 'debian', name: 'Debian' } as const;
const situation: Situation = { distribution: debian, missing: fio, lists: true, root: true, consent: true };

test('with root and consent, what is missing is installed', () => {
  expect(planPackages(situation)).toEqual({ kind: 'install', parts: fio, lists: true });
});

test('apt without lists is something to mend even where no program is missing', () => {
  expect(planPackages({ ...situation, missing: [], lists: false }).kind).toBe('install');
});

test.each([
  ['nothing is missing', { missing: [] }],
  [
    'nothing is missing and there is no apt',
    { missing: [], lists: false, distribution: { family: 'arch', name: 'Arch' } },
  ],
] satisfies [string, Partial<Situation>][])('there is nothing to do where %s', (_, change) => {
  expect(planPackages({ ...situation, ...change })).toEqual({ kind: 'complete' });
});

test.each([
  ['the user says no', { consent: false }, /left so: fio\. sudo apt-get install .* fio$/],
  ['nobody can be asked', { consent: null }, /--yes\. sudo apt-get install .* fio$/],
  ['it would take root', { root: false }, /needs root\. sudo apt-get install .* fio$/],
  ['Fedora', { distribution: { family: 'fedora', name: 'Fedora' } }, /sudo dnf install .* fio$/],
  ['Arch', { distribution: { family: 'arch', name: 'Arch' } }, /sudo pacman .* fio$/],
  ['an unknown system', { distribution: { family: 'other', name: 'Alpine' } }, /for: fio$/],
] satisfies [string, Partial<Situation>, RegExp][])(
  'nothing is installed where %s, and the line that would mend it is told',
  (_, change, advice) => {
    const plan = planPackages({ ...situation, ...change });
    expect(plan).toMatchObject({ kind: 'leave', advice: expect.stringMatching(advice) as string });
  },
);

test('consent given beforehand does not replace root', () => {
  expect(planPackages({ ...situation, root: false, consent: true }).kind).toBe('leave');
});
