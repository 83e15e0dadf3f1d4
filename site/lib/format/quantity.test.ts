import { describe, expect, test } from 'vitest';
import { formatInterval, formatQuantity } from './quantity.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('a value in SI units is written for people', () => {
  test.each([
    [0, 's', '0 s'],
    [4.2e-10, 's', '0.42 ns'],
    [0.0123, 's', '12.3 ms'],
    [0.000_999_6, 's', '1,000 µs'],
    [0.001, 's', '1 ms'],
    [1, 's', '1 s'],
    [119.9, 's', '120 s'],
    [120, 's', '2 min'],
    [7199, 's', '120 min'],
    [7200, 's', '2 h'],
    [-0.05, 's', '-50 ms'],
    [1023, 'B', '1,023 B'],
    [1024, 'B', '1 KiB'],
    [1.2 * 1024 ** 3, 'B', '1.2 GiB'],
    [5 * 1024 ** 2, 'B/s', '5 MiB/s'],
    [999, 'bit/s', '999 bit/s'],
    [9.41e9, 'bit/s', '9.41 Gbit/s'],
    [12_345.6, '1/s', '12,300 /s'],
    [311, '1', '311'],
    [123_456, '1', '123,456'],
    [1.0312, '1', '1.03'],
    [99.999, '%', '100 %'],
  ] as const)('%d %s is %s', (value, unit, expected) => {
    expect(plain(formatQuantity(value, unit))).toBe(expected);
  });

  test('a number beyond any unit is written with an exponent and never breaks', () => {
    expect(plain(formatQuantity(1e308, 's'))).toBe('2.78e304 h');
    expect(plain(formatQuantity(-1.7e308, '1'))).toBe('-1.70e308');
    expect(plain(formatQuantity(5e-324, '1'))).toBe('4.94e-324');
  });

  test('more digits can be asked for', () => {
    expect(plain(formatQuantity(99.999, '%', { digits: 5 }))).toBe('99.999 %');
  });
});

describe('an interval', () => {
  test.each([
    [[0.0119, 0.0128], 's', '11.9 to 12.8 ms'],
    [[0.0009, 0.0012], 's', '0.9 to 1.2 ms'],
    [[1.00012, 1.00034], '1', '1.0001 to 1.0003'],
    [[2, 2], '1', '2 to 2'],
    [[-0.5, 0.5], 's', '-500 to 500 ms'],
  ] as const)('%j %s has one unit and digits enough to tell its ends apart: %s', (interval, unit, expected) => {
    expect(plain(formatInterval(interval, unit))).toBe(expected);
  });
});
