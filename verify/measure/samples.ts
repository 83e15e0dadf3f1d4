import type { Sample } from '../verdict/evidence.ts';
import type { Kind, Measured, Measurement, Plan, Take } from './measurement.ts';
import { fullPlan, relativeWidth, stopNow } from './stopping.ts';
import { seriesOf, takeSample } from './series.ts';

export interface SamplesOptions extends Kind, Plan {
  readonly subject: Measured;
  readonly take: Take;
  /** Takes at once, for controls that mostly wait. Default 1. */
  readonly concurrency?: number;
}

/** Samples of one subject, one after the other (or `concurrency` at once). */
export function samples(options: SamplesOptions): Measurement {
  const { subject, take, concurrency = 1 } = options;
  return {
    kind: 'samples',
    run: async (context) => {
      const plan = fullPlan(options, 40, context);
      for (let i = 0; i < plan.warmups; i += 1) {
        context.signal.throwIfAborted();
        await take();
      }
      const taken: Sample[] = [];
      for (;;) {
        const stop = stopNow(taken.length, plan, context, () => relativeWidth(taken.map(({ value }) => value)));
        if (stop !== null) {
          return { kind: 'samples', series: seriesOf(subject, options, plan.warmups, taken), stop };
        }
        context.signal.throwIfAborted();
        const batch = Math.min(concurrency, plan.atMost - taken.length);
        taken.push(...(await Promise.all(Array.from({ length: batch }, () => takeSample(take, subject, context)))));
      }
    },
  };
}

/** Samples that an earlier measurement took by the way: the stages of what it timed as a whole. */
export function replay(
  kind: Kind & { readonly subject: Measured },
  recorded: () => readonly (number | Sample)[] | Promise<readonly (number | Sample)[]>,
): Measurement {
  return {
    kind: 'samples',
    run: async (context) => {
      const taken: Sample[] = [];
      for (const entry of await recorded()) {
        taken.push(typeof entry === 'number' ? await takeSample(async () => entry, kind.subject, context) : entry);
      }
      return { kind: 'samples', series: seriesOf(kind.subject, kind, 0, taken), stop: 'planned' };
    },
  };
}

interface RecordedPairs {
  readonly subject: readonly number[];
  readonly baseline: readonly number[];
}

/** Pairs that an earlier paired measurement took by the way; entry i of both sides is one pair. */
export function replayPaired(
  kind: Kind & { readonly subject: Measured; readonly baseline: Measured },
  recorded: () => RecordedPairs | Promise<RecordedPairs>,
): Measurement {
  return {
    kind: 'paired',
    run: async (context) => {
      const { subject, baseline } = await recorded();
      const pairs = Math.min(subject.length, baseline.length);
      const side = async (of: Measured, values: readonly number[]) => {
        const taken: Sample[] = [];
        for (const value of values.slice(0, pairs)) taken.push(await takeSample(async () => value, of, context));
        return seriesOf(of, kind, 0, taken);
      };
      return {
        kind: 'paired',
        subject: await side(kind.subject, subject),
        baseline: await side(kind.baseline, baseline),
        stop: 'planned',
      };
    },
  };
}
