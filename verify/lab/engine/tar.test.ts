import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { tarOf } from './tar.ts';

async function entries(tar: Buffer): Promise<Record<string, { mode: number; text: string }>> {
  const found: Record<string, { mode: number; text: string }> = {};
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    found[entry.header.name] = { mode: entry.header.mode, text: Buffer.concat(chunks).toString() };
  }
  return found;
}

test('an archive holds the files and the folders that they need', async () => {
  const tar = await tarOf({ '/a/b/run': '#!', '/a/data': { content: new Uint8Array([104, 105]), mode: 0o600 } });
  expect(await entries(tar)).toEqual({
    'a/': { mode: 0o755, text: '' },
    'a/b/': { mode: 0o755, text: '' },
    'a/b/run': { mode: 0o755, text: '#!' },
    'a/data': { mode: 0o600, text: 'hi' },
  });
});

test('folders are left out where they are to stay as they are', async () => {
  expect(Object.keys(await entries(await tarOf({ '/tmp/x': '' }, { folders: false })))).toEqual(['tmp/x']);
});

test('the same files make the same bytes, in whatever order they are named', async () => {
  expect(await tarOf({ '/a': '1', '/b': '2' })).toEqual(await tarOf({ '/b': '2', '/a': '1' }));
});
