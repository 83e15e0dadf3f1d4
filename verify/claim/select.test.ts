import { expect, test } from 'vitest';
import { loadCatalogue } from './catalogue.ts';
import { UsageError } from './errors.ts';
import { checkFile, claimFile, claimsFolder, ledgerFile } from './fixture.ts';
import { selectClaims } from './select.ts';
import { editDistance } from './suggest.ts';

const ids = ['isolation/files', 'startup/container-provisions', 'startup/vm-takes-minutes'];
const files = Object.fromEntries(
  ids.flatMap((id, index) => [
    [`${id}.mdx`, claimFile({ statement: `This is statement ${String(index)}.`, sources: { nickoloff: [index + 1] } })],
    [`${id}.check.ts`, checkFile],
  ]),
);
await using folder = await claimsFolder({
  'articles/nickoloff.yaml': ledgerFile(...ids.map((id) => [id]), ['startup/later'], ['startup/faulty']),
  ...files,
  'startup/faulty.mdx': 'no frontmatter',
});
const catalogue = await loadCatalogue(folder);
const selected = (...patterns: string[]): string[] => selectClaims(catalogue, patterns).map(({ id }) => id);

test.each<[patterns: string[], expected: number[]]>([
  [[], [0, 1, 2]],
  [['startup'], [1, 2]],
  [['startup/'], [1, 2]],
  [['startup/vm-takes-minutes'], [2]],
  [['*/files'], [0]],
  [['startup/*vm*'], [2]],
  [['**'], [0, 1, 2]],
  [['{isolation,startup}/*'], [0, 1, 2]],
  [
    ['startup', 'startup/vm-takes-minutes'],
    [1, 2],
  ],
  [['claims/startup/vm-takes-minutes.mdx'], [2]],
  [['./claims/isolation/files.check.ts'], [0]],
])('%j selects each claim that it names, once', (patterns, expected) => {
  expect(selected(...patterns)).toEqual(expected.map((index) => ids[index]));
});

test.each<[pattern: string, message: RegExp]>([
  [
    'startup/vm-takes-minuets',
    /No claim or topic matches "startup\/vm-takes-minuets"\. Did you mean startup\/vm-takes-minutes\?/,
  ],
  ['vm-takes-minutes', /Did you mean startup\/vm-takes-minutes\?/],
  ['strtup', /Did you mean startup\?/],
  ['provisions', /Did you mean startup\/container-provisions\?/],
  ['network/*', /No claim or topic matches "network\/\*"\. All of them/],
  ['', /No claim or topic matches ""/],
  ['startup/later', /planned but not written yet.*claim:new -- startup\/later/],
  ['startup/faulty', /cannot be run until its file is mended:\n {2}claims\/startup\/faulty\.mdx:1/],
])('%j is refused with what was perhaps meant', (pattern, message) => {
  expect(() => selected('startup', pattern)).toThrow(UsageError);
  expect(() => selected('startup', pattern)).toThrow(message);
});

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['saturday', 'sunday', 3],
])('from %j to %j it is %i edits', (from, to, edits) => {
  expect(editDistance(from, to)).toBe(edits);
});
