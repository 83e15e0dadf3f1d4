import { expect, test } from 'vitest';
import { guestOf } from './find.ts';

test('a run id with dashes is read back from the name', () => {
  const words = ['/usr/bin/qemu-system-x86_64', '-accel', 'tcg', '-name', 'bare-claims-2026-11-21-ab-0123abcd', '-m'];
  expect(guestOf(7, words)).toEqual({ pid: 7, name: 'bare-claims-2026-11-21-ab-0123abcd', runId: '2026-11-21-ab' });
});

test.each([
  ['another VMM', ['/usr/bin/qemu-system-x86_64', '-name', 'windows']],
  ['a VMM without a name', ['/usr/bin/qemu-system-x86_64', '-m', '256']],
  ['a program that only mentions one', ['/bin/grep', '-name', 'bare-claims-run-0123abcd']],
])('%s is not ours', (_, words) => {
  expect(guestOf(7, words)).toBeNull();
});
