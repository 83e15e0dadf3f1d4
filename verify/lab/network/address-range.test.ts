import { expect, test } from 'vitest';
import { freeSecondOctet, parseRange, routedRanges } from './address-range.ts';

test('a range holds the addresses of its prefix, whatever host bits were written', () => {
  expect(parseRange('10.1.2.3/24')).toEqual({ first: 0x0a010200, last: 0x0a0102ff });
  expect(parseRange('255.255.255.255')).toEqual({ first: 0xffffffff, last: 0xffffffff });
});

test.each(['10.1.2', '10.1.2.256/8', '10.0.0.0/33', 'fe80::1'])('%s is refused', (text) => {
  expect(() => parseRange(text)).toThrow(RangeError);
});

test('the range that is chosen overlaps none that is routed', () => {
  expect(freeSecondOctet([])).toBe(213);
  expect(freeSecondOctet(['10.213.5.0/24', '10.212.0.0/16', '192.168.0.0/16'])).toBe(211);
  expect(freeSecondOctet(['10.128.0.0/9'])).toBe(127);
  expect(() => freeSecondOctet(['10.0.0.0/8'])).toThrow('no range is free');
});

test('the default route is no range in use', () => {
  const routes = JSON.stringify([{ dst: 'default' }, { dst: '10.1.0.0/16' }, { dst: '192.0.2.2' }, {}]);
  expect(routedRanges(routes)).toEqual(['10.1.0.0/16', '192.0.2.2']);
  expect(routedRanges('')).toEqual([]);
});
