import type { Unit } from '../../../verify/verdict/evidence.ts';

/** Between a number and its unit: a space at which no line breaks. */
const gap = '\u00a0';

/** The steps of each unit, smallest first: a value takes the largest step that it reaches. */
const steps: Record<Unit, readonly { symbol: string; size: number; from: number }[]> = {
  s: [
    { symbol: 'ns', size: 1e-9, from: 0 },
    { symbol: 'µs', size: 1e-6, from: 1e-6 },
    { symbol: 'ms', size: 1e-3, from: 1e-3 },
    { symbol: 's', size: 1, from: 1 },
    { symbol: 'min', size: 60, from: 120 },
    { symbol: 'h', size: 3600, from: 7200 },
  ],
  B: powers(['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'], 1024),
  'B/s': powers(['B/s', 'KiB/s', 'MiB/s', 'GiB/s', 'TiB/s'], 1024),
  'bit/s': powers(['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s'], 1000),
  '1/s': [{ symbol: '/s', size: 1, from: 0 }],
  '1': [{ symbol: '', size: 1, from: 0 }],
  '%': [{ symbol: '%', size: 1, from: 0 }],
};

function powers(symbols: readonly string[], base: number) {
  return symbols.map((symbol, power) => ({ symbol, size: base ** power, from: power === 0 ? 0 : base ** power }));
}

export interface Scale {
  readonly symbol: string;
  readonly size: number;
}

/** The step that suits a magnitude in SI units: 0.0123 s is read in milliseconds. */
export function scaleFor(magnitude: number, unit: Unit): Scale {
  const size = Math.abs(magnitude);
  const [smallest, ...larger] = steps[unit];
  if (smallest === undefined || size === 0)
    return steps[unit].find(({ size: one }) => one === 1) ?? { symbol: unit, size: 1 };
  return larger.filter(({ from }) => size >= from * (1 - 1e-12)).at(-1) ?? smallest;
}

/** A value in SI units as people read it: three significant digits, "12.3 ms", "1.2 GiB". */
export function formatQuantity(value: number, unit: Unit, options: { digits?: number } = {}): string {
  const scale = scaleFor(value, unit);
  return withSymbol(formatNumber(value / scale.size, options.digits ?? 3), scale.symbol);
}

/** An interval in one unit, with as many digits as it takes to tell its ends apart: "11.9 to 12.8 ms". */
export function formatInterval([low, high]: readonly [number, number], unit: Unit): string {
  const scale = scaleFor(Math.max(Math.abs(low), Math.abs(high)), unit);
  const digits = [3, 4, 5, 6].find((count) => {
    return low === high || formatNumber(low / scale.size, count) !== formatNumber(high / scale.size, count);
  });
  const [from, to] = [low, high].map((end) => formatNumber(end / scale.size, digits ?? 6));
  return withSymbol(`${from ?? ''} to ${to ?? ''}`, scale.symbol);
}

/** A plain number with so many significant digits; a whole one below a million keeps all of them. */
export function formatNumber(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-6)) return value.toExponential(digits - 1).replace('e+', 'e');
  if (Number.isInteger(value) && size < 1e6) return whole.format(value);
  return significant(digits).format(value);
}

const whole = new Intl.NumberFormat('en-GB');
const formats = new Map<number, Intl.NumberFormat>();

/** Made once for each number of digits: making one takes far longer than a number. */
function significant(digits: number): Intl.NumberFormat {
  const format = formats.get(digits) ?? new Intl.NumberFormat('en-GB', { maximumSignificantDigits: digits });
  formats.set(digits, format);
  return format;
}

function withSymbol(number: string, symbol: string): string {
  return symbol === '' ? number : `${number}${gap}${symbol}`;
}
