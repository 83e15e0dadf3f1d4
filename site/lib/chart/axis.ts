import type { Unit } from '../../../verify/verdict/evidence.ts';
import { formatNumber, formatQuantity, scaleFor } from '../format/quantity.ts';

/** Where a value falls, in percent of the axis, and what is written below it. */
export interface Axis {
  readonly logarithmic: boolean;
  readonly ticks: readonly Tick[];
  readonly place: (value: number) => number;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
  /** At the edges a label grows inwards, so that none is cut off. */
  readonly anchor: 'start' | 'middle' | 'end';
}

/** From this ratio of the largest to the smallest value on, a linear axis would hide the small ones. */
const logarithmicFrom = 20;

/** An axis over all values, with a little room at both ends. */
export function axisOver(values: readonly number[], unit: Unit): Axis {
  // Not Math.min(...values): a hundred thousand arguments overflow the stack.
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return axisOver([0, 1], unit);
  const logarithmic = low > 0 && high / low >= logarithmicFrom;
  // Quarters before the difference: the range of two huge numbers, with room, would not be finite.
  const project = logarithmic ? Math.log10 : (value: number) => value / 4;
  const spread = project(high) - project(low);
  const room = spread === 0 ? Math.abs(project(low)) * 0.1 || 0.5 : spread * 0.04;
  const [from, to] = [project(low) - room, project(high) + room];
  const place = (value: number): number => round(((project(value) - from) / (to - from)) * 100);
  const marks = logarithmic ? logarithmicTicks(low, high) : linearTicks(from * 4, to * 4, unit);
  const label = logarithmic ? (value: number) => formatQuantity(value, unit) : linearLabel(marks, unit);
  return {
    logarithmic,
    place,
    ticks: marks
      .map((value) => ({ at: place(value), label: label(value) }))
      .filter(({ at }) => at >= 0 && at <= 100)
      .map((tick) => ({ ...tick, anchor: tick.at < 12 ? 'start' : tick.at > 88 ? 'end' : 'middle' })),
  };
}

/** Two decimals of a percent: a twentieth of a pixel on the widest page, and few bytes. */
export const round = (percent: number): number => Math.round(percent * 100) / 100;

/** Three to five values that are round in the unit in which they will be read, so few that a phone has room for them. */
function linearTicks(lowest: number, highest: number, unit: Unit): number[] {
  const { size } = scaleFor(Math.max(Math.abs(lowest), Math.abs(highest)), unit);
  return roundValues(lowest / size, highest / size).map((value) => value * size);
}

function roundValues(from: number, to: number): number[] {
  const span = to - from;
  if (!Number.isFinite(span) || span <= 0) return [from, to].filter(Number.isFinite);
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.9) ?? span;
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  if (!Number.isFinite(first) || count > 10) return [from, to];
  return Array.from({ length: Math.max(count, 0) }, (_, index) => (first + index) * step);
}

/** Powers of ten, thinned to at most five. */
function logarithmicTicks(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const each = Math.ceil(decades.length / 5);
  return decades.filter((_, index) => index % each === 0).map((power) => Number(`1e${String(power)}`));
}

/** All labels of a linear axis are in the unit of its largest value, so that they can be compared at a glance. */
function linearLabel(marks: readonly number[], unit: Unit): (value: number) => string {
  const scale = scaleFor(
    marks.reduce((most, mark) => Math.max(most, Math.abs(mark)), 0),
    unit,
  );
  return (value) => {
    const number = formatNumber(Number((value / scale.size).toPrecision(6)), 4);
    return scale.symbol === '' ? number : `${number}\u00a0${scale.symbol}`;
  };
}
