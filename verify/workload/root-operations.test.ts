import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { isAllowed, readAnswers, rootOperations } from './root-operations.ts';
import { systemCallElf } from './system-call-elf.ts';

const mount = rootOperations[0] ?? { id: 'mount', label: '', dangerous: true, ask: '' };

test.each([
  ['done', 0, true],
  ['a descriptor', 3, true],
  ['no such file', -2, true],
  ['an impossible request', -22, true],
  ['not permitted', -1, false],
  ['permission denied', -13, false],
  ['read-only', -30, false],
  ['no such call', -38, false],
])('"%s" (%i) is understood', (_words, answer, allowed) => {
  expect(isAllowed({ [mount.id]: answer }, mount)).toBe(allowed);
});

test('an operation without an answer was not allowed', () => {
  expect(isAllowed(readAnswers('mount \nset-clock -1\n'), mount)).toBe(false);
});

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'the instrument returns what the kernel returned',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'system-call-'));
    try {
      const program = join(folder, 'system-call');
      writeFileSync(program, systemCallElf(), { mode: 0o755 });
      const call = async (...words: string[]) => Number((await execa(program, words)).stdout);
      expect(await call('3', '-1')).toBe(-9); // close: EBADF
      expect(await call('2', '/no/such/file', '0')).toBe(-2); // open: ENOENT
      expect(await call('2', folder, '0')).toBeGreaterThan(2);
      expect(await call('39')).toBeGreaterThan(1); // getpid
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
