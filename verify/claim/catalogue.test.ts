import { expect, test } from 'vitest';
import { loadCatalogue, loadClaim } from './catalogue.ts';
import { sections } from './claim-file.ts';
import { bodyText, checkFile, claimFile, claimsFolder, frontmatter, ledgerFile } from './fixture.ts';
import { problemLine } from './problem.ts';

const start = frontmatter.findings.start;

/** What a folder with one sound claim and these further files is said to be wrong with. */
async function problemsOf(files: Readonly<Record<string, string>>, ledger = ledgerFile(['startup/quick'], null)) {
  await using folder = await claimsFolder({
    'articles/nickoloff.yaml': ledger,
    'startup/quick.mdx': claimFile(),
    'startup/quick.check.ts': checkFile,
    ...files,
  });
  const { claims, problems } = await loadCatalogue(folder);
  return { ids: claims.map(({ id }) => id), lines: problems.map(problemLine) };
}

test('a sound claim loads with its topic, defaults and digests', async () => {
  await using folder = await claimsFolder({
    'articles/nickoloff.yaml': ledgerFile(['startup/quick']),
    'startup/quick.mdx': claimFile(),
    'startup/quick.check.ts': checkFile,
  });
  const { claims, problems } = await loadCatalogue(folder);
  expect(problems).toEqual([]);
  expect(claims).toHaveLength(1);
  expect(claims[0]).toMatchObject({
    id: 'startup/quick',
    topic: 'startup',
    frontmatter: { combine: 'all', revision: 1 },
  });
  expect(claims[0]?.body).toContain('## Limits');
  expect(claims[0]?.digests.check).toMatch(/^[0-9a-f]{64}$/);
});

test('lines that end as on Windows load as well', async () => {
  expect(await problemsOf({ 'startup/quick.mdx': claimFile().replaceAll('\n', '\r\n') })).toEqual({
    ids: ['startup/quick'],
    lines: [],
  });
});

const without = (key: string): string => claimFile({ [key]: undefined });
const findings = (changes: object): string => claimFile({ findings: { start: { ...start, ...changes } } });
const both = { fails: { must: 'fail', label: 'must fail' }, holds: { must: 'hold', label: 'must hold' } };

test.each<[what: string, mdx: string, problem: RegExp]>([
  ['no frontmatter', bodyText(), /startup\/quick\.mdx:1: it must begin with frontmatter/],
  ['text before the frontmatter', `x\n${claimFile()}`, /:1: it must begin with frontmatter/],
  ['bad YAML', '---\nstatement: [\n---\n', /quick\.mdx:\d+: this is not valid YAML/],
  [
    'a key twice',
    claimFile().replace('kind: observed', 'kind: observed\nkind: measured'),
    /not valid YAML: Map keys must be unique/,
  ],
  ['an unknown field', claimFile({ colour: 'red' }), /no such field: colour/],
  [
    'an unquoted comma',
    claimFile({ expected: ['@'] }).replace('"@"', '{ on: {}, first, and more }'),
    /no such field: "first", "and more"\. A text with a comma/,
  ],
  ['a name with capitals', claimFile({ findings: { Start: start } }), /findings\.Start: this name is not allowed here/],
  ['no statement', without('statement'), /: statement: it is missing/],
  ['a wrong type', claimFile({ timeoutSeconds: 'long' }), /:\d+: timeoutSeconds: it is "long": .*expected number/],
  ['a wrong rule', findings({ rule: { kind: 'isMaybe' } }), /findings\.start\.rule\.kind: it is "isMaybe"/],
  [
    'a threshold that is no number',
    findings({ rule: { kind: 'countAtLeast', count: '3' } }),
    /findings\.start\.rule\.count: it is "3"/,
  ],
  ['an unknown article', claimFile({ sources: { gazette: [1] } }), /:\d+: sources: no such field: gazette/],
  ['no source', claimFile({ sources: {} }), /sources: no article is named/],
  ['an article without ledger', claimFile({ sources: { nickoloff: [1], 'php-cn': [1] } }), /php-cn\.yaml is missing/],
  ['a sentence beyond the end', claimFile({ sources: { nickoloff: [1, 3] } }), /no sentence 3; the article has 2/],
  [
    'a sentence that is not its own',
    claimFile({ sources: { nickoloff: [1, 2] } }),
    /does not list this claim at sentence 2/,
  ],
  ['an unknown relation', claimFile({ related: ['startup/quack'] }), /related: there is no claim "startup\/quack"/],
  ['a relation to itself', claimFile({ contradicts: ['startup/quick'] }), /contradicts: it names the claim itself/],
  [
    'quiet for a finding that is not there',
    claimFile({ quiet: ['start', 'stop'] }),
    /quiet: there is no finding "stop"/,
  ],
  ['no findings', claimFile({ findings: {} }), /findings: there is none, and a claim of kind observed/],
  ['only supporting findings', findings({ role: 'supporting' }), /all are supporting/],
  [
    'judged findings of an opinion',
    claimFile({ kind: 'attributed' }),
    /findings\.start\.role: a claim of kind attributed/,
  ],
  [
    'no opposing control',
    findings({ controls: { broken: { must: 'hold', label: 'as good' } } }),
    /only a control that must fail/,
  ],
  ['no opposing control, refuted', findings({ expect: 'fail' }), /only a control that must hold/],
  ['one kind of control without expect', findings({ expect: undefined }), /controls of both kinds, and none must hold/],
  ['no control at all', findings({ controls: {} }), /only a control that must fail/],
  [
    'a finding that the check lacks',
    claimFile({ findings: { start, stop: start } }),
    /findings\.stop: the check file never names/,
  ],
  ['a control that the check lacks', findings({ controls: both }), /controls\.fails: the check file never names/],
  ["the skeleton's statement", claimFile({ statement: 'Fill in: what is asserted.' }), /still is the skeleton's/],
  [
    'two verdicts for one class',
    claimFile({
      expected: [
        { on: {}, verdict: 'mixed' },
        { on: {}, verdict: 'verified' },
      ],
    }),
    /same machine class/,
  ],
  [
    'broken as a published verdict',
    claimFile({ expected: [{ on: {}, verdict: 'broken' }] }),
    /broken is a fault of the check/,
  ],
  [
    'a part left out',
    claimFile({}, bodyText(sections.slice(0, 6))),
    /"## Reproduce" must come here, where the text ends/,
  ],
  [
    'parts out of order',
    claimFile({}, bodyText([...sections].reverse())),
    /"## What the articles say" must come here, where "## Reproduce" stands/,
  ],
  ['a part too many', claimFile({}, bodyText([...sections, 'Thanks'])), /"## Thanks" is one too many/],
])('a claim with %s is left out and named', async (_, mdx, problem) => {
  const { ids, lines } = await problemsOf({ 'startup/quick.mdx': mdx });
  expect(lines).toContainEqual(expect.stringMatching(problem));
  expect(ids).toEqual([]);
});

test('a control that may go unquoted as a key is found unquoted, and not inside another word', async () => {
  const mdx = findings({ controls: { slow: { must: 'fail', label: 'slower' } } });
  const check = (controls: string) => `finding('start', { controls: { ${controls} } })`;
  const run = (text: string) => problemsOf({ 'startup/quick.mdx': mdx, 'startup/quick.check.ts': check(text) });
  expect((await run('slow: x')).lines).toEqual([]);
  expect((await run('slow')).lines).toEqual([]);
  expect((await run("'slow': x")).lines).toEqual([]);
  expect((await run("'very-slow': x")).lines).toHaveLength(1);
  expect((await run('veryslow: x')).lines).toHaveLength(1);
});

test('headings inside a code block are no parts', async () => {
  const body = bodyText().replace('Some text.', '```md\n## Not a part\n```');
  expect((await problemsOf({ 'startup/quick.mdx': claimFile({}, body) })).lines).toEqual([]);
});

test('a relation to a claim that is planned, or written with a fault, is no fault', async () => {
  const ledger = ledgerFile(['startup/quick'], ['startup/planned', 'startup/faulty']);
  const related = claimFile({ related: ['startup/planned', 'startup/faulty'] });
  const { ids, lines } = await problemsOf({ 'startup/quick.mdx': related, 'startup/faulty.mdx': '' }, ledger);
  expect(ids).toEqual(['startup/quick']);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('faulty.mdx');
});

test('the ledger and the sources tell the same story', async () => {
  const { lines } = await problemsOf({}, ledgerFile(['startup/quick'], ['startup/quick']));
  expect(lines).toEqual(['claims/startup/quick.mdx: sources.nickoloff: the ledger also lists this claim at 2.']);
});

test.each([
  ['startup/alone.check.ts', /startup\/alone\.check\.ts: this check has no claim/],
  ['startup/Loud.mdx', /startup\/Loud\.mdx: it is not where or what it must be/],
  ['startup/deep/er.mdx', /startup\/deep\/er\.mdx: it is not where or what it must be/],
  ['loose.mdx', /claims\/loose\.mdx: it is not where or what it must be/],
  ['startup/plain.md', /startup\/plain\.md: it is not where or what it must be/],
  ['startup/quick.check.js', /quick\.check\.js: it is not where or what it must be/],
])('the stray file %s is named, and the sound claim still loads', async (path, problem) => {
  const { ids, lines } = await problemsOf({ [path]: claimFile() });
  expect(lines).toEqual([expect.stringMatching(problem)]);
  expect(ids).toEqual(['startup/quick']);
});

test('a claim without its check is named, unless it is attributed', async () => {
  const ledger = ledgerFile(['startup/quick'], ['startup/alone']);
  const alone = (changes: object) =>
    claimFile({ statement: 'Another statement.', sources: { nickoloff: [2] }, ...changes });
  const bare = await problemsOf({ 'startup/alone.mdx': alone({}) }, ledger);
  expect(bare.lines).toEqual([expect.stringMatching(/alone\.mdx: a claim of kind observed needs its check/)]);
  const opinion = await problemsOf({ 'startup/alone.mdx': alone({ kind: 'attributed', findings: {} }) }, ledger);
  expect(opinion).toEqual({ ids: ['startup/alone', 'startup/quick'], lines: [] });
  const supporting = { start: { ...start, role: 'supporting' } };
  const unchecked = await problemsOf(
    { 'startup/alone.mdx': alone({ kind: 'attributed', findings: supporting }) },
    ledger,
  );
  expect(unchecked.lines).toEqual([expect.stringMatching(/findings: no check file settles them/)]);
});

test('one name in two topics, or one statement twice, is refused on both sides', async () => {
  const ledger = ledgerFile(['startup/quick'], ['speed/quick']);
  const twin = claimFile({ sources: { nickoloff: [2] } });
  const { ids, lines } = await problemsOf({ 'speed/quick.mdx': twin, 'speed/quick.check.ts': checkFile }, ledger);
  expect(ids).toEqual([]);
  expect(lines).toHaveLength(4);
  expect(lines).toContainEqual(expect.stringMatching(/speed\/quick\.mdx: id: its name is also that of startup\/quick/));
  expect(lines).toContainEqual(expect.stringMatching(/startup\/quick\.mdx: statement: speed\/quick says the same/));
});

test('problems name no path of the machine', async () => {
  await using folder = await claimsFolder({ 'startup/quick.mdx': '', 'articles/nickoloff.yaml': ': :' });
  const { problems } = await loadCatalogue(folder);
  expect(problems.map(({ file }) => file)).toEqual(['claims/articles/nickoloff.yaml', 'claims/startup/quick.mdx']);
  expect(JSON.stringify(problems)).not.toContain(folder.root);
});

test('one claim loads by itself as it does among all', async () => {
  const { claims } = await loadCatalogue();
  const [first] = claims;
  expect(await loadClaim(first?.id ?? '')).toEqual(first);
});

test.each(['startup/no-such-claim', '../startup', 'startup', ''])('there is no claim "%s"', async (id) => {
  expect(await loadClaim(id)).toBeNull();
});
