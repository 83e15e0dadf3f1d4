import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { hostArchitecture } from './architecture.ts';
import { stampElf } from './stamp-elf.ts';

test.runIf(process.platform === 'linux')(
  'the stamp lies between the clock before and after the program ran',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'stamp-'));
    try {
      const program = join(directory, 'stamp');
      await writeFile(program, stampElf(hostArchitecture()));
      await chmod(program, 0o755);
      const before = process.hrtime.bigint();
      const { stdout } = await execa(program);
      const after = process.hrtime.bigint();
      expect(stdout).toMatch(/^\d+$/);
      expect(BigInt(stdout)).toBeGreaterThan(before);
      expect(BigInt(stdout)).toBeLessThan(after);
    } finally {
      await rm(directory, { recursive: true });
    }
  },
);

test('each architecture gets a machine number of its own in the header', () => {
  const machine = (file: Uint8Array): number => (file[18] ?? 0) | ((file[19] ?? 0) << 8);
  expect(machine(stampElf('x86-64'))).toBe(62);
  expect(machine(stampElf('arm64'))).toBe(183);
});
