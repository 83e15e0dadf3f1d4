import type { Unit } from './evidence.ts';

/** Four significant digits and the unit, for sentences: "0.2134 s", "1.05", "5242880 B". */
export function formatValue(value: number, unit: Unit): string {
  const digits =
    Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(4)));
  if (unit === '1') return digits;
  return unit === '%' ? `${digits}%` : `${digits} ${unit}`;
}

export function formatInterval([low, high]: readonly [number, number], unit: Unit): string {
  return low === high ? formatValue(low, unit) : `${formatValue(low, unit)} to ${formatValue(high, unit)}`;
}

export function quantileName(p: number): string {
  if (p === 0.5) return 'median';
  const percent = Number((p * 100).toPrecision(4));
  const lastTwo = percent % 100;
  const suffix = lastTwo > 10 && lastTwo < 14 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[percent % 10] ?? 'th');
  return `${String(percent)}${suffix} percentile`;
}
