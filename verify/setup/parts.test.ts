import { expect, test } from 'vitest';
import { missingParts, packageNames, systemParts } from './parts.ts';

const all = new Set(systemParts('x64').flatMap(({ programs }) => programs));
const missingWithout = (...absent: readonly string[]): readonly string[] =>
  missingParts(systemParts('x64'), (program) => all.has(program) && !absent.includes(program)).map(({ id }) => id);

test('nothing is missing where every program is there', () => {
  expect(missingWithout()).toEqual([]);
});

test.each([
  ['qemu-img', ['guest']],
  ['docker-init', ['engine']],
  ['tc', ['network']],
  ['fio', ['fio']],
  ['docker', ['client']],
])('one absent program, %s, makes its part missing and no other', (program, parts) => {
  expect(missingWithout(program)).toEqual(parts);
});

test('another browser does as well', () => {
  const browser = systemParts('x64').filter(({ id }) => id === 'browser');
  expect(missingParts(browser, (program) => program === 'google-chrome')).toEqual([]);
  expect(missingParts(browser, () => false)).toEqual(browser);
});

test.each([
  ['x64', 'debian', 'qemu-system-x86'],
  ['arm64', 'debian', 'qemu-system-arm'],
  ['x64', 'fedora', 'qemu-system-x86-core'],
  ['arm64', 'arch', 'qemu-system-aarch64'],
] as const)('a guest on %s comes, on %s, from the package %s', (architecture, family, name) => {
  const guest = systemParts(architecture).filter(({ id }) => id === 'guest');
  expect(packageNames(family, guest)).toContain(name);
});

test('a distribution that is not known is asked for programs', () => {
  const engine = systemParts('x64').filter(({ id }) => id === 'engine');
  expect(packageNames('other', engine)).toContain('dockerd');
});

test('a package that serves two parts is named once', () => {
  expect(packageNames('arch', systemParts('x64')).filter((name) => name === 'docker')).toEqual(['docker']);
});
