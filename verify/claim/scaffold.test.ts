import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { loadCatalogue } from './catalogue.ts';
import { UsageError } from './errors.ts';
import { bodyText, claimsFolder, ledgerFile } from './fixture.ts';
import { main } from './scaffold-cli.ts';
import { writeSkeleton } from './scaffold.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const ledger = { 'articles/nickoloff.yaml': ledgerFile(['startup/later'], null, ['startup/later']) };

test('a skeleton names its sentences and lacks nothing but its words', async () => {
  await using folder = await claimsFolder(ledger);
  const [mdx, check] = await writeSkeleton(folder.root, 'startup/later');
  const { claims, problems } = await loadCatalogue(folder);
  expect(claims).toEqual([]);
  expect(problems.map(({ field }) => field)).toEqual([
    'statement',
    'What the articles say',
    'What we did',
    'What would count against it',
    'What it means in practice',
    'Limits',
  ]);
  const text = await readFile(mdx, 'utf8');
  const [frontmatter = ''] = text.split(/^## /m);
  await writeFile(mdx, frontmatter.replace(/^statement: .*$/m, 'statement: A container starts later.') + bodyText());
  const filled = await loadCatalogue(folder);
  expect(filled.problems).toEqual([]);
  expect(filled.claims[0]?.frontmatter.sources).toEqual({ nickoloff: [1, 3] });
  expect(filled.claims[0]?.checkFile).toBe(check);
});

test('the command says what it wrote', async () => {
  await using folder = await claimsFolder(ledger);
  vi.stubEnv('BARE_CLAIMS_ROOT', folder.root);
  const printed: string[] = [];
  expect(await main(['startup/later'], (text) => printed.push(text))).toBe(0);
  expect(printed).toEqual([
    'Wrote claims/startup/later.mdx and claims/startup/later.check.ts. The statement is yours to fill in.',
  ]);
});

test.each(['mdx', 'check.ts'])(
  'an existing .%s file stays as it is, and nothing is written beside it',
  async (kind) => {
    await using folder = await claimsFolder({ ...ledger, [`startup/later.${kind}`]: 'mine' });
    await expect(writeSkeleton(folder.root, 'startup/later')).rejects.toThrow(
      `claims/startup/later.${kind} is there already`,
    );
    expect(await readFile(join(folder.root, `startup/later.${kind}`), 'utf8')).toBe('mine');
    const other = kind === 'mdx' ? 'check.ts' : 'mdx';
    await expect(readFile(join(folder.root, `startup/later.${other}`))).rejects.toThrow('ENOENT');
  },
);

test.each<[args: string[], message: RegExp]>([
  [[], /Name one claim/],
  [['startup/later', 'startup/x'], /Name one claim/],
  [['../etc/passwd'], /is no claim id/],
  [['startup'], /is no claim id/],
  [['startup/latre'], /Add it there first\. Did you mean startup\/later\?/],
  [['network/elsewhere'], /lists the claim "network\/elsewhere"\. Add it there first\.$/],
])('the call %j is refused', async (args, message) => {
  await using folder = await claimsFolder(ledger);
  vi.stubEnv('BARE_CLAIMS_ROOT', folder.root);
  await expect(main(args)).rejects.toThrow(UsageError);
  await expect(main(args)).rejects.toThrow(message);
});
