import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cachedFiles } from './cached-files.ts';

let parent = '';
const chosen = process.env['BARE_CLAIMS_CACHE'];

function cacheAt(name: string): string {
  const root = join(parent, name);
  mkdirSync(join(root, 'trees'), { recursive: true });
  for (const file of ['trees/one.tar', 'installed.json', 'letters.txt']) writeFileSync(join(root, file), 'x');
  process.env['BARE_CLAIMS_CACHE'] = root;
  return root;
}

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'bare-claims-teardown-'));
});
afterEach(() => {
  rmSync(parent, { recursive: true });
  if (chosen === undefined) delete process.env['BARE_CLAIMS_CACHE'];
  else process.env['BARE_CLAIMS_CACHE'] = chosen;
});

async function removeCache(keepInstallLedger: boolean): Promise<readonly string[]> {
  const said: string[] = [];
  const removals = await cachedFiles({ keepInstallLedger, say: (line) => void said.push(line) });
  for (const { remove } of removals) await remove();
  return said;
}

test('a cache of our own name is emptied', async () => {
  const root = cacheAt('bare-claims');
  expect(await removeCache(false)).toEqual([]);
  expect(['trees', 'installed.json', 'letters.txt'].filter((name) => existsSync(join(root, name)))).toEqual([]);
});

test('the list of installed packages stays for as long as they do', async () => {
  const root = cacheAt('bare-claims');
  await removeCache(true);
  expect(existsSync(join(root, 'installed.json'))).toBe(true);
});

test('in a folder that somebody named, what is not known to be ours is left alone and said', async () => {
  const root = cacheAt('big-disk');
  expect(await removeCache(false)).toEqual([`left alone: ${join(root, 'letters.txt')}, which is not known to be ours`]);
  expect(existsSync(join(root, 'letters.txt'))).toBe(true);
  expect(existsSync(join(root, 'trees'))).toBe(false);
});
