import { expect, test } from 'vitest';
import { bootSector } from './boot-sector.ts';

test('the code points at the text that follows it', () => {
  const sector = bootSector('token-17');
  const textAt = ((sector[8] ?? 0) << 8) + (sector[7] ?? 0) - 0x7c00;
  expect(Buffer.from(sector.subarray(textAt, textAt + 11)).toString('latin1')).toBe('token-17\r\n\0');
});

test('the signature decides nothing but the last two bytes', () => {
  const [booting, refused] = [bootSector('x'), bootSector('x', { signature: false })];
  expect(booting).toHaveLength(512);
  expect([...booting.subarray(510)]).toEqual([0x55, 0xaa]);
  expect([...refused.subarray(510)]).toEqual([0, 0]);
  expect(booting.subarray(0, 510)).toEqual(refused.subarray(0, 510));
});

test('the longest token fits, and one character more is refused', () => {
  const room = 510 - 0x22 - 3;
  expect(bootSector('x'.repeat(room))).toHaveLength(512);
  expect(() => bootSector('x'.repeat(room + 1))).toThrow(RangeError);
});
