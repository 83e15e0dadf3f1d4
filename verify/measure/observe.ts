import type { Bound, Evidence } from '../verdict/evidence.ts';
import type { Measurement } from './measurement.ts';

type EvidenceOf<Kind extends Evidence['kind']> = Omit<Extract<Evidence, { kind: Kind }>, 'kind'>;
type Observe<T> = () => T | Promise<T>;

/** Something that is so or not; `saw` is what the answer was read from, word for word where it may be published. */
export function truth(observe: Observe<EvidenceOf<'truth'>>): Measurement {
  return {
    kind: 'truth',
    run: async ({ signal }) => {
      signal.throwIfAborted();
      const { value, saw } = await observe();
      return { kind: 'truth', value, saw: saw.slice(0, 4000) };
    },
  };
}

/** Values to be the same or different. */
export function values(observe: Observe<readonly EvidenceOf<'values'>['items'][number][]>): Measurement {
  return {
    kind: 'values',
    run: async ({ signal }) => {
      signal.throwIfAborted();
      return { kind: 'values', items: [...(await observe())] };
    },
  };
}

/** One exact figure. `bound` is `exact` where left out. */
export function amount(
  observe: Observe<Omit<EvidenceOf<'amount'>, 'bound'> & { readonly bound?: Bound }>,
): Measurement {
  return {
    kind: 'amount',
    run: async ({ signal }) => {
      signal.throwIfAborted();
      const { bound = 'exact', ...rest } = await observe();
      return { kind: 'amount', ...rest, bound };
    },
  };
}

type Exact = { readonly label: string; readonly value: number; readonly bound?: Bound };

/** Two exact figures, to be compared by their ratio. */
export function amounts(
  observe: Observe<{ readonly subject: Exact; readonly baseline: Exact; readonly unit: EvidenceOf<'amounts'>['unit'] }>,
): Measurement {
  return {
    kind: 'amounts',
    run: async ({ signal }) => {
      signal.throwIfAborted();
      const { subject, baseline, unit } = await observe();
      const exact = (side: Exact) => ({
        label: side.label,
        value: side.value,
        bound: side.bound ?? ('exact' as const),
      });
      return { kind: 'amounts', subject: exact(subject), baseline: exact(baseline), unit };
    },
  };
}
