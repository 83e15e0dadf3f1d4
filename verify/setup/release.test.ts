import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { release, released } from './release.ts';

const names = ['package.json', 'package-lock.json', 'CITATION.cff', 'CHANGELOG.md'] as const;
type Texts = Record<(typeof names)[number], string>;
let texts: Texts;
let current = '';
let folder = '';

beforeAll(async () => {
  texts = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(name, 'utf8')])),
  ) as Texts;
  texts['CHANGELOG.md'] = '# Changelog\n\n## Unreleased\n\n- News.\n\n## 0.0.1 (2020-01-01)\n\n- Old.\n';
  current = (JSON.parse(texts['package.json']) as { version: string }).version;
  folder = await mkdtemp(join(tmpdir(), 'bare-claims-release-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a release names its version everywhere, and puts the news under it', () => {
  const next = released(texts, '99.0.1', '2026-11-21');
  expect(JSON.parse(next['package.json'])).toMatchObject({ version: '99.0.1' });
  expect(JSON.parse(next['package-lock.json'])).toMatchObject({
    version: '99.0.1',
    packages: { '': { version: '99.0.1' } },
  });
  expect(parse(next['CITATION.cff'])).toMatchObject({ version: '99.0.1', 'date-released': '2026-11-21' });
  expect(next['CHANGELOG.md']).toBe(
    '# Changelog\n\n## Unreleased\n\n## 99.0.1 (2026-11-21)\n\n- News.\n\n## 0.0.1 (2020-01-01)\n\n- Old.\n',
  );
  const again = { ...next, 'CHANGELOG.md': next['CHANGELOG.md'].replace('Unreleased\n', 'Unreleased\n\n- More.\n') };
  const later = released(again, '99.1.0', '2026-12-01');
  expect(later['CITATION.cff'].match(/date-released/g)).toHaveLength(1);
  // Nothing else of the lock file, or of any other, is touched.
  expect(next['package-lock.json'].replaceAll('99.0.1', current)).toBe(texts['package-lock.json']);
});

test.each<[what: string, to: () => string, changes: Partial<Texts>, sentence: RegExp]>([
  ['is none', () => '1.2', {}, /"1\.2" is no version/],
  ['stays', () => current, {}, /does not follow/],
  ['falls', () => '0.0.9', {}, /does not follow/],
  [
    'has no news',
    () => '99.0.0',
    { 'CHANGELOG.md': '## Unreleased\n\n## 0.1.0\n\n- Old.\n' },
    /nothing under "## Unreleased"/,
  ],
  ['has no place for news', () => '99.0.0', { 'CHANGELOG.md': '# x\n' }, /nothing under "## Unreleased"/],
  ['is not in the citation', () => '99.0.0', { 'CITATION.cff': 'version: 7\n' }, /is there 0 times/],
])('a version that %s is refused', (_, to, changes, sentence) => {
  expect(() => released({ ...texts, ...changes }, to(), '2026-11-21')).toThrow(sentence);
});

test('the command writes all four files, and none over what is not committed', async () => {
  for (const name of names) await cp(name, join(folder, name));
  await writeFile(join(folder, 'CHANGELOG.md'), texts['CHANGELOG.md']);
  const git = (...words: string[]) =>
    execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], { cwd: folder });
  await git('init', '-q');
  await git('add', '.');
  await git('commit', '-q', '-m', 'x');
  expect(await release(['99.0.0'], folder)).toBe(0);
  const { stdout } = await git('status', '--porcelain');
  expect(
    stdout
      .split('\n')
      .map((line) => line.slice(3))
      .sort(),
  ).toEqual([...names].sort());
  await expect(release(['99.0.1'], folder)).rejects.toThrow(/changed and not committed/);
  await expect(release([], folder)).rejects.toThrow(/Name the version/);
});
