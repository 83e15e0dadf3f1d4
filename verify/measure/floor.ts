import type { NoiseFloor, Sample } from '../verdict/evidence.ts';
import { LabError } from '../lab/errors.ts';
import type { MeasureContext } from './measurement.ts';
import { seriesOf } from './series.ts';

/** What one unit of fixed work cost. The same work each time; about 50 to 200 ms of it is right. */
export interface WorkCost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

export type Work = () => Promise<WorkCost>;

export interface FloorPlaces {
  readonly host: Work;
  readonly container?: Work;
}

const pairs = { quick: 20, full: 40 } as const;
/** Below this no median has an interval. */
const fewestPairs = 6;
const clocks = ['wall', 'cpu'] as const;

/**
 * A against A: the same work twice in each place, paired and interleaved exactly as subjects are, so that whatever
 * difference it shows is noise. Ends at the time cap with what it has, in whole rounds of all places.
 */
export async function measureFloor(places: FloorPlaces, context: MeasureContext): Promise<NoiseFloor> {
  const runs = (['host', 'container'] as const).flatMap((where) => {
    const work = places[where];
    return work === undefined ? [] : [{ where, work, taken: [] as { first: Timed; second: Timed }[] }];
  });
  for (const { work } of runs) await work();
  const straight = context.random() < 0.5;
  for (let round = 0; round < pairs[context.profile]; round += 1) {
    if (context.signal.aborted || (round >= fewestPairs && context.elapsedMs() >= context.capMs)) break;
    for (const { where, work, taken } of runs) {
      const early = await timed(work, where, context);
      const late = await timed(work, where, context);
      const [first, second] = straight === (round % 2 === 0) ? [early, late] : [late, early];
      taken.push({ first, second });
    }
  }
  return runs.flatMap(({ where, taken }) =>
    clocks.map((clock) => {
      const series = (name: 'first' | 'second') =>
        seriesOf(
          { label: `${where}, ${name}`, emulated: false },
          { quantity: 'cost', unit: 's', clock },
          1,
          taken.map((pair): Sample => ({ value: pair[name][clock], atMs: pair[name].atMs })),
        );
      return { where, clock, first: series('first'), second: series('second') };
    }),
  );
}

interface Timed {
  readonly atMs: number;
  readonly wall: number;
  readonly cpu: number;
}

async function timed(work: Work, where: string, context: MeasureContext): Promise<Timed> {
  const atMs = context.elapsedMs();
  const { wallSeconds: wall, cpuSeconds: cpu } = await work();
  if (!(wall > 0 && cpu > 0)) {
    throw new LabError(
      `The fixed work of the noise floor on ${where} took ${String(wall)} s and ${String(cpu)} CPU seconds; both must be above zero.`,
    );
  }
  return { atMs, wall, cpu };
}
