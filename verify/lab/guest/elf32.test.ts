import { expect, test } from 'vitest';
import { elf32 } from './elf32.ts';
import { staticElf } from '../rootfs/static-elf.ts';

test('entry, segment and bytes of a program stay what and where they were', () => {
  const before = staticElf('x86-64', new Uint8Array([0x90, 0xf4]));
  const after = elf32(before);
  const [from, to] = [new DataView(before.buffer), new DataView(after.buffer)];
  expect(after[4]).toBe(1);
  expect(to.getUint32(24, true)).toBe(Number(from.getBigUint64(24, true)));
  expect([to.getUint32(52 + 4, true), to.getUint32(52 + 8, true)]).toEqual([0, 0x40_0000]);
  expect(to.getUint32(52 + 16, true)).toBe(before.length);
  expect([...after.slice(-2)]).toEqual([0x90, 0xf4]);
});

test('what is no 64-bit ELF file is refused', () => {
  expect(() => elf32(new Uint8Array(64))).toThrow('no ELF file of the 64-bit kind');
});
