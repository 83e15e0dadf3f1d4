import { ladder, replayPaired, type Kind, type Measured, type Measurement, type Plan } from './measurement.ts';

export interface Rungs<Place extends string> {
  /** All places in turn, round after round; its picture has every sample. */
  readonly measure: Measurement;
  /** Some of the places, in the order in which the number is said to move. */
  readonly steps: (chosen: readonly Place[]) => Measurement;
  /** Two places' numbers of the same rounds, by what is taken from one observation. */
  readonly pair: (place: Place, baseline: Place) => Measurement;
  /** The same of another number that each observation gave by the way. */
  readonly pairOf: (kind: Kind, which: number, place: Place, baseline: Place) => Measurement;
}

/**
 * Observes every place once a round and keeps what it saw, so that any two of them can be compared pair by pair without
 * being observed again.
 * @param observe the number itself, and after it others that the same observation gave
 */
export function networkRungs<Place extends string>(
  places: Readonly<Record<Place, Measured>>,
  options: Kind & Plan,
  observe: (place: Place) => Promise<readonly number[]>,
): Rungs<Place> {
  const names = Object.keys(places) as Place[];
  const seen = new Map<Place, (readonly number[])[]>(names.map((name) => [name, []]));
  const valuesOf = (place: Place, which: number): number[] => seen.get(place)?.map((all) => all[which] ?? NaN) ?? [];
  const pairOf = (kind: Kind, which: number, place: Place, baseline: Place): Measurement =>
    replayPaired({ ...kind, subject: places[place], baseline: places[baseline] }, () => ({
      subject: valuesOf(place, which),
      baseline: valuesOf(baseline, which),
    }));
  return {
    measure: ladder(
      names.map((name) => ({
        subject: places[name],
        take: async () => {
          const all = await observe(name);
          seen.get(name)?.push(all);
          return all[0] ?? NaN;
        },
      })),
      // What a discarded round gave would be among what is compared.
      { ...options, warmups: 0 },
    ),
    steps: (chosen) =>
      ladder(
        chosen.map((name) => {
          const values = valuesOf(name, 0).values();
          return { subject: places[name], take: () => Promise.resolve(values.next().value ?? NaN) };
        }),
        { ...options, warmups: 0 },
      ),
    pair: (place, baseline) => pairOf(options, 0, place, baseline),
    pairOf,
  };
}
