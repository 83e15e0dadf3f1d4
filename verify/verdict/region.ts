/** The values for which a rule holds. An end at infinity is never part of it. */
export interface Region {
  readonly from: number;
  readonly to: number;
  readonly includesFrom: boolean;
  readonly includesTo: boolean;
}

export const below = (to: number): Region => ({ from: -Infinity, to, includesFrom: false, includesTo: false });
export const atMost = (to: number): Region => ({ from: -Infinity, to, includesFrom: false, includesTo: true });
export const atLeast = (from: number): Region => ({ from, to: Infinity, includesFrom: true, includesTo: false });
export const within = (from: number, to: number): Region => ({ from, to, includesFrom: true, includesTo: true });

/** The whole interval inside: holds. Wholly outside: fails. Across an edge: undecided. */
export function settle([low, high]: readonly [number, number], region: Region): 'holds' | 'fails' | 'undecided' {
  // Where the region has no end, no value lies outside, not even one of which only a bound is known.
  const lowInside = region.from === -Infinity || low > region.from || (region.includesFrom && low === region.from);
  const highInside = region.to === Infinity || high < region.to || (region.includesTo && high === region.to);
  if (lowInside && highInside) return 'holds';
  const allBelow = high < region.from || (!region.includesFrom && high === region.from);
  const allAbove = low > region.to || (!region.includesTo && low === region.to);
  return (allBelow && region.from !== -Infinity) || (allAbove && region.to !== Infinity) ? 'fails' : 'undecided';
}

/** The finite ends, at which the decision turns. */
export function edges({ from, to }: Region): number[] {
  return [from, to].filter(Number.isFinite);
}

export function mapRegion(region: Region, map: (edge: number) => number): Region {
  const mapped = (edge: number): number => (Number.isFinite(edge) ? map(edge) : edge);
  return { ...region, from: mapped(region.from), to: mapped(region.to) };
}
