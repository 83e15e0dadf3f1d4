import { expect, test } from 'vitest';
import { splitMappings } from './memory.ts';

const mapping = (head: string, pssKiB: number, flags: string): string =>
  `${head}\nSize: 9999 kB\nPss:               ${String(pssKiB)} kB\nPss_Dirty: 1 kB\nVmFlags: ${flags}\n`;

test('guest memory, translated code and the rest are told apart, whether or not memory lies in a file', () => {
  const smaps = [
    mapping('55c1cbc95000-55c1cc22c000 r-xp 00407000 fe:00 2170927   /usr/bin/qemu-system-x86_64', 5, 'rd ex mr mw me'),
    mapping('55c1fcad0000-55c1fdd1b000 rw-p 00000000 00:00 0         [heap]', 7, 'rd wr mr mw me ac'),
    mapping('7f93abe00000-7f93bbe00000 rw-p 00000000 00:00 0 ', 100, 'rd wr mr mw me dc ac hg mg'),
    mapping('7eff8bfff000-7eff9bfff000 rw-p 00000000 fe:00 16048289  /cache/memory', 20, 'rd wr mr mw me dc ac'),
    mapping('7f93c4000000-7f93c7fff000 rwxp 00000000 00:00 0 ', 50, 'rd wr ex mr mw me ac hg'),
  ].join('');
  expect(splitMappings(smaps)).toEqual({
    guestBytes: 120 * 1024,
    translationBytes: 50 * 1024,
    vmmBytes: 12 * 1024,
  });
});
