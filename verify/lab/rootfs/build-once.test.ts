import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildOnce } from './build-once.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'build-once-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

test('of several that ask at once, one builds', async () => {
  let builds = 0;
  const path = join(directory, 'a', 'thing');
  const ask = () =>
    buildOnce(path, async (temporary) => {
      builds += 1;
      await writeFile(temporary, `build ${String(builds)}`);
    });
  await expect(Promise.all([ask(), ask(), ask()])).resolves.toEqual([path, path, path]);
  await expect(readFile(path, 'utf8')).resolves.toBe('build 1');
});

test('a build that fails leaves nothing and the next one tries again', async () => {
  const path = join(directory, 'thing');
  const failing = buildOnce(path, async (temporary) => {
    await writeFile(temporary, 'half');
    throw new Error('no space');
  });
  await expect(failing).rejects.toThrow('no space');
  expect((await readdir(directory)).filter((name) => !name.endsWith('.lock'))).toEqual([]);
  await buildOnce(path, (temporary) => writeFile(temporary, 'whole'));
  await expect(readFile(path, 'utf8')).resolves.toBe('whole');
});
