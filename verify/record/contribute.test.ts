import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { fitToPublish, main } from './contribute-cli.ts';
import { arbitraryRecord, claimRecord, findingRecord, host, runRecord } from './fixture.ts';
import { privateSightings, withoutPrivate, wordsOfThisMachine, type PrivateWord } from './private.ts';
import { reproduces, type Finder } from './record-class.ts';
import type { RunRecord } from './record.ts';
import { rejudge } from './rejudge.ts';
import { brokenSeals } from './seal.ts';
import { readRecord, writeRecord } from './store.ts';

const folder = await mkdtemp(join(tmpdir(), 'bare-claims-contribute-'));
afterAll(() => rm(folder, { recursive: true }));

const words: PrivateWord[] = [
  { what: 'host name', word: 'gandalf' },
  { what: 'user name', word: 'frodo' },
  { what: 'path', word: '/srv/frodo/project' },
  { what: 'address', word: '192.168.7.5' },
  { what: 'address', word: 'fe80::1:2' },
];
const withLog = (log: string): RunRecord => runRecord({ claims: [claimRecord({ log })] });
const logOf = (record: RunRecord): string | undefined => record.claims[0]?.log;

test.each([
  ['on gandalf: no', 'on (host name): no'],
  ['on Gandalf.example.org', 'on (host name).example.org'],
  ['gandalfs frodo_x', 'gandalfs frodo_x'],
  ['frodo@gandalf', '(user name)@(host name)'],
  ['/srv/frodo/project/a.ts:3', '(path)/a.ts:3'],
  ['/home/sam/x and /Users/Rosie: no', '(path)/x and (path): no'],
  ['from 192.168.7.5:80 and 192.168.7.50', 'from (address):80 and 192.168.7.50'],
  ['FE80::1:2%eth0', '(address)%eth0'],
  ['nothing of it', 'nothing of it'],
])('the free text "%s" becomes "%s"', (log, fit) => {
  expect(logOf(withoutPrivate(withLog(log), words))).toBe(fit);
});

test('what was taken out is gone from all free texts, and nothing else is touched', () => {
  fc.assert(
    fc.property(arbitraryRecord, fc.constantFrom(...words), (record, { word }) => {
      const claims = record.claims.map((claim) => ({ ...claim, log: `a ${word} b`, summary: `by ${word}.` }));
      const fit = withoutPrivate({ ...record, claims, because: word }, words);
      expect(privateSightings(fit, words).filter(({ removable }) => removable)).toEqual([]);
      expect(fit.claims.map(({ digests, verdict }) => [digests, verdict])).toEqual(
        record.claims.map(({ digests, verdict }) => [digests, verdict]),
      );
      expect(fit.host).toEqual(record.host);
    }),
    { numRuns: 50 },
  );
});

test('a record that observed the host name is refused with the place; one that only mentions it is sealed without it', () => {
  const saw = { kind: 'truth', value: true, saw: 'hello from gandalf' } as const;
  const observed = runRecord({ claims: [claimRecord({ findings: [findingRecord({ evidence: saw })] })] });
  expect(() => fitToPublish(observed, words, privateSightings(observed, words))).toThrow(
    /host name "gandalf" in claims\.startup\/quick\.findings\.0\.evidence\.saw[^]*--allow WORD/,
  );
  const mentioned = rejudge(withLog('frodo'));
  const fit = fitToPublish(mentioned, words, privateSightings(mentioned, words));
  expect(logOf(fit)).toBe('(user name)');
  expect(fit.seal).toBeDefined();
  expect(brokenSeals(fit)).toEqual([]);
  const forged = runRecord({ claims: [claimRecord({ verdict: 'refuted' })] });
  expect(() => fitToPublish(forged, words, [])).toThrow(/contradicts itself: startup\/quick says refuted/);
});

test('this machine is known by its name, and the record that becomes public is shown and written without it', async () => {
  const names = wordsOfThisMachine();
  const record = rejudge(withLog(`a line from ${hostname()}`));
  const file = await writeRecord(join(folder, 'local'), record);
  const printed: string[] = [];
  const print = (line: string): void => void printed.push(line);
  const into = join(folder, 'public');
  expect(await main([file, '--into', into], print)).toBe(0);
  const text = printed.join('\n');
  expect(text).toMatch(/This becomes public:\n {2}os: Debian GNU\/Linux 13\n {2}kernel: 6\.12\.5/);
  expect(text).toMatch(/Class: contributed\.\nWritten: /);
  const [name = ''] = await readdir(into);
  const fit = await readRecord(join(into, name));
  const known = names.some(({ word }) => word === hostname());
  expect(logOf(fit)).toBe(known ? 'a line from (host name)' : logOf(record));
  printed.length = 0;
  expect(await main(['--check', into], print)).toBe(0);
  expect(printed).toEqual([`${record.run}: nothing private was found`]);
  const home = await writeRecord(join(folder, 'home'), rejudge(withLog('in /home/sam/x')));
  expect(await main(['--check', home], print)).toBe(1);
  await expect(main([], print)).rejects.toThrow(/There is no record/);
  await expect(main(['--what'], print)).rejects.toThrow(/npm run contribute/);
});

const finder = (
  run: string,
  ...claims: [id: string, verdict: 'verified' | 'refuted' | 'inconclusive', check?: string][]
): Finder => ({
  run,
  claims: claims.map(([id, verdict, check = 'c']) => ({ id, verdict, check })),
});

test.each<[what: string, own: Finder, others: Finder[], again: boolean]>([
  ['the same verdict of the same check', finder('2', ['a', 'verified']), [finder('1', ['a', 'verified'])], true],
  ['nothing on file', finder('2', ['a', 'verified']), [], false],
  ['itself', finder('1', ['a', 'verified']), [finder('1', ['a', 'verified'])], false],
  ['another check', finder('2', ['a', 'verified', 'd']), [finder('1', ['a', 'verified'])], false],
  ['another verdict', finder('2', ['a', 'refuted']), [finder('1', ['a', 'verified'])], false],
  [
    'one that agrees and one that does not',
    finder('2', ['a', 'verified'], ['b', 'refuted']),
    [finder('1', ['a', 'verified'], ['b', 'verified'])],
    false,
  ],
  [
    'one that agrees and one that is open',
    finder('2', ['a', 'verified'], ['b', 'inconclusive']),
    [finder('1', ['a', 'verified'], ['b', 'verified'])],
    true,
  ],
  [
    'runs that disagree, one of which says the same',
    finder('3', ['a', 'verified']),
    [finder('1', ['a', 'verified']), finder('2', ['a', 'refuted'])],
    true,
  ],
])('whether a run reproduces others: %s', (_, own, others, again) => {
  expect(reproduces(own, others)).toBe(again);
});

test('host facts hold no free text but the reason for the accelerator', () => {
  const because = 'QEMU in /home/sam/bin did not start';
  const record = runRecord({ host: { ...host, accelerator: { kind: 'tcg', because } } });
  expect(withoutPrivate(record, []).host.accelerator.because).toBe('QEMU in (path)/bin did not start');
});
