import type { Evidence, Quantity, Series } from './evidence.ts';

/** Evidence for tests, made up. */
export function series(values: readonly number[], changes: Partial<Series> = {}): Series {
  return {
    subject: 'A',
    quantity: 'cost',
    unit: 's',
    bound: 'exact',
    emulated: false,
    clock: 'cpu',
    warmups: 1,
    samples: values.map((value, atMs) => ({ value, atMs })),
    ...changes,
  };
}

export function sampled(values: readonly number[], changes: Partial<Series> = {}): Evidence {
  return { kind: 'samples', series: series(values, changes), stop: 'planned' };
}

export function pairs(
  subject: readonly number[],
  baseline: readonly number[],
  changes: { subject?: Partial<Series>; baseline?: Partial<Series>; quantity?: Quantity } = {},
): Evidence {
  const common = changes.quantity === undefined ? {} : { quantity: changes.quantity };
  return {
    kind: 'paired',
    subject: series(subject, { subject: 'A', ...common, ...changes.subject }),
    baseline: series(baseline, { subject: 'B', ...common, ...changes.baseline }),
    stop: 'planned',
  };
}

/** Pairs whose ratio is `ratio`, give or take `spread`, which alternates so that nothing drifts. */
export function ratioOf(ratio: number, spread = 0, n = 12): Evidence {
  const subject = Array.from({ length: n }, (_, i) => ratio * (1 + (i % 2 === 0 ? spread : -spread)));
  return pairs(subject, new Array<number>(n).fill(1));
}
