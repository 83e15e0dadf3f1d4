import { expect, test } from 'vitest';
import { bytesOfListing, wordsOfListing } from './listing.ts';

test('bytes are read up to the semicolon of each line', () => {
  expect(bytesOfListing('  0F 05 ; syscall ab\n F4 ; hlt')).toEqual(Uint8Array.of(0x0f, 0x05, 0xf4));
});

test('words are stored least significant byte first', () => {
  expect(wordsOfListing('D4000001 ; svc #0')).toEqual(Uint8Array.of(0x01, 0x00, 0x00, 0xd4));
});

test('half a byte is refused', () => {
  expect(() => bytesOfListing('0F 5 ; typo')).toThrow(/pairs of hexadecimal digits/);
});
