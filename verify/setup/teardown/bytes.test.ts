import { linkSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readableBytes, sizeOnDisk } from './bytes.ts';

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bare-claims-bytes-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

test('what is not there has no size', async () => {
  expect(await sizeOnDisk(join(scratch(), 'nothing'))).toBe(0);
});

test('two names of one file count once, a link to a folder not at all, a hole is free', async () => {
  const folder = scratch();
  const empty = await sizeOnDisk(folder);
  writeFileSync(join(folder, 'a'), Buffer.alloc(1_000_000, 1));
  linkSync(join(folder, 'a'), join(folder, 'b'));
  symlinkSync('/usr', join(folder, 'system'));
  writeFileSync(join(folder, 'sparse'), '');
  truncateSync(join(folder, 'sparse'), 1_000_000_000);
  const bytes = (await sizeOnDisk(folder)) - empty;
  expect(bytes).toBeGreaterThanOrEqual(1_000_000);
  expect(bytes).toBeLessThan(1_200_000);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [2 ** 30, '1.0 GiB'],
  [2 ** 52, '4096.0 TiB'],
])('%d bytes read as %s', (bytes, text) => {
  expect(readableBytes(bytes)).toBe(text);
});
