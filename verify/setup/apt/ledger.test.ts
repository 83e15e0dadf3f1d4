import { mkdtempSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readInstallLedger, recordInstalled, recordRemoved } from './ledger.ts';

let folder = '';
const file = (): string => join(folder, 'cache', 'installed.json');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bare-claims-ledger-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('without a ledger nothing was installed', async () => {
  expect((await readInstallLedger(file())).packages).toEqual([]);
});

test('installations add up, each package once', async () => {
  await recordInstalled({ packages: ['fio', 'cpio'], switchedOff: ['/etc/x'] }, file());
  await recordInstalled({ packages: ['cpio', 'at'], switchedOff: [] }, file());
  expect(await readInstallLedger(file())).toEqual({
    schema: 1,
    packages: ['at', 'cpio', 'fio'],
    switchedOff: ['/etc/x'],
  });
});

test('what was removed is forgotten, and with the last package the ledger itself', async () => {
  await recordInstalled({ packages: ['fio', 'cpio'], switchedOff: [] }, file());
  await recordRemoved(['fio'], file());
  expect((await readInstallLedger(file())).packages).toEqual(['cpio']);
  await recordRemoved(['cpio'], file());
  expect(existsSync(file())).toBe(false);
});

test.each(['{"packages":', '[]', '{"schema":2,"packages":[],"switchedOff":[]}'])(
  'a ledger that reads %j is refused by name and never guessed at',
  async (text) => {
    const bad = join(folder, 'installed.json');
    writeFileSync(bad, text);
    await expect(readInstallLedger(bad)).rejects.toThrow(bad);
  },
);
