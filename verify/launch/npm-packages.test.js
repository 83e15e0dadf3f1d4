import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stalePackages } from './npm-packages.js';

const locked = {
  '': { version: '1.0.0' },
  'node_modules/a': { version: '1.2.3', integrity: 'sha512-a' },
  'node_modules/a/node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
  'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-o', optional: true },
};
const { '': _, 'node_modules/other-platform': __, ...installed } = locked;

function project(lock, modules) {
  const root = mkdtempSync(join(tmpdir(), 'bare-claims-packages-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: lock }));
  mkdirSync(join(root, 'node_modules'));
  if (modules !== null) writeFileSync(join(root, 'node_modules/.package-lock.json'), modules);
  return root;
}

test('what npm installed from this lock file is right, without the packages of other platforms', () => {
  expect(stalePackages(project(locked, JSON.stringify({ packages: installed })))).toBeNull();
});

test('an installation that was cut short has no list and is done again', () => {
  expect(stalePackages(project(locked, null))).toMatch('not installed yet');
  expect(stalePackages(project(locked, '{"packages": {'))).toMatch('not installed yet');
});

test('another version, other content and a missing package are named', () => {
  const change = (path, to) =>
    stalePackages(project(locked, JSON.stringify({ packages: { ...installed, [path]: to } })));
  expect(change('node_modules/a', { version: '1.2.2', integrity: 'sha512-a' })).toBe('a is at 1.2.2 instead of 1.2.3');
  expect(change('node_modules/a', { version: '1.2.3', integrity: 'sha512-x' })).toBe('a has other content than 1.2.3');
  expect(change('node_modules/a/node_modules/b', undefined)).toBe('b is missing');
});
