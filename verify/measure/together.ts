import type { Kind, Measurement, Plan } from './measurement.ts';
import { paired, type PairedOptions } from './paired.ts';
import { replayPaired } from './samples.ts';

interface Taker<R> {
  readonly subject: PairedOptions['subject']['subject'];
  readonly take: () => Promise<R>;
}

/** One series of pairs, and what can be read from each of its takes. */
export interface PairedReadings<R> {
  /** The series' pairs, by one of the figures that each take gave. */
  reading(kind: Kind, read: (result: R) => number): Measurement;
}

/**
 * Interleaved pairs of takes that give several figures each: time by two clocks, or the costs of several operations. The
 * first reading that is run takes the series; all others read the same takes, so that no work is done twice.
 */
export function pairedReadings<R>(plan: Plan, subject: Taker<R>, baseline: Taker<R>): PairedReadings<R> {
  const taken = { subject: [] as R[], baseline: [] as R[] };
  let pairs: Promise<number> | undefined;
  const side = (name: keyof typeof taken, from: Taker<R>) => ({
    subject: from.subject,
    // What is counted here is takes; their figures are read afterwards.
    take: async () => taken[name].push(await from.take()),
  });
  const series = paired({
    ...plan,
    // Which of the figures would have to be precise? The number of pairs is fixed beforehand.
    precision: null,
    quantity: 'amount',
    unit: '1',
    clock: 'none',
    subject: side('subject', subject),
    baseline: side('baseline', baseline),
  });
  return {
    reading: (kind, read) => ({
      kind: 'paired',
      run: async (context) => {
        pairs ??= series.run(context).then((evidence) => {
          if (evidence.kind !== 'paired') throw new Error(`A series of pairs gave evidence of kind ${evidence.kind}.`);
          return evidence.subject.samples.length;
        });
        const count = await pairs;
        const sides = { subject: subject.subject, baseline: baseline.subject };
        // Warm-ups come first.
        return replayPaired({ ...kind, ...sides }, () => ({
          subject: taken.subject.slice(-count).map(read),
          baseline: taken.baseline.slice(-count).map(read),
        })).run(context);
      },
    }),
  };
}
