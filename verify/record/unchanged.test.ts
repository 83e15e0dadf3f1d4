import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changedSince } from './unchanged.ts';

let clone = '';
const git = (...words: string[]) =>
  execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], { cwd: clone });

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'bare-claims-unchanged-'));
  await git('init', '-q');
  await mkdir(join(clone, 'runs/contributed'), { recursive: true });
  await mkdir(join(clone, 'claims'));
  await writeFile(join(clone, 'runs/a.json'), 'a');
  await writeFile(join(clone, 'runs/contributed/b.json'), 'b');
  await writeFile(join(clone, 'claims/history.jsonl'), 'one\n');
  await git('add', '.');
  await git('commit', '-q', '-m', 'x');
  await git('tag', 'published');
});
afterAll(() => rm(clone, { recursive: true }));

test.each<[what: string, change: () => Promise<unknown>, told: string[]]>([
  ['nothing', () => Promise.resolve(), []],
  ['another record', () => writeFile(join(clone, 'runs/contributed/c.json'), 'c'), []],
  ['another line', () => appendFile(join(clone, 'claims/history.jsonl'), 'two\n'), []],
  [
    'a record',
    () => writeFile(join(clone, 'runs/contributed/b.json'), 'B'),
    ['The record runs/contributed/b.json was changed.'],
  ],
  ['a record taken away', () => rm(join(clone, 'runs/a.json')), ['The record runs/a.json was taken away.']],
  [
    'a line of the history',
    () => writeFile(join(clone, 'claims/history.jsonl'), 'One\ntwo\n'),
    ['Lines of the history that were published were changed.'],
  ],
])('a change of %s is told or not', async (_, change, told) => {
  await git('checkout', '-q', '--detach', 'published');
  await change();
  await git('add', '.');
  await git('commit', '-q', '--allow-empty', '-m', 'y');
  expect(await changedSince('published', clone)).toEqual(told);
});

test('a commit that is not there is wrong usage', async () => {
  await expect(changedSince('nowhere', clone)).rejects.toThrow(/"nowhere" is not in this clone/);
});
