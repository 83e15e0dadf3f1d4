import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documentedPackages, lockedPackages, namedPackages, plainVersion } from './dependencies.ts';

test('every package that the project names is justified in docs/dependencies.md, and none that it does not', async () => {
  const rows = await documentedPackages();
  expect(rows.map(({ name }) => name).sort()).toEqual([...namedPackages().keys()].sort());
  for (const { name, words, size } of rows) {
    expect(words, name).toHaveLength(2);
    for (const cell of words) expect(cell.length, name).toBeGreaterThan(5);
    expect(size, name).toMatch(/^\d+\.\d \+ \d+\.\d$/);
  }
});

test('the document speaks of the versions that are installed', async () => {
  const named = namedPackages();
  for (const { name, version } of await documentedPackages()) {
    expect(`${name} ${version}`).toBe(`${name} ${plainVersion(named.get(name) ?? '')}`);
    expect(lockedPackages().get(`node_modules/${name}`)?.version, name).toBe(version);
  }
});

test('the lock file pins every package by its digest, and sends nobody to any address of its own', () => {
  const locked = [...lockedPackages()];
  expect(locked.length).toBeGreaterThan(100);
  for (const [place, { integrity, resolved }] of locked) {
    expect(integrity, place).toMatch(/^sha512-/);
    if (resolved !== undefined) expect(resolved, place).toMatch(/^https:\/\/registry\.npmjs\.org\//);
  }
  for (const [name, version] of namedPackages()) expect(plainVersion(version), name).toMatch(/^\d+\.\d+\.\d+$/);
});

test('no package may run a script when it is installed', () => {
  expect(readFileSync(new URL('../../.npmrc', import.meta.url), 'utf8')).toMatch(/^ignore-scripts=true$/m);
});
