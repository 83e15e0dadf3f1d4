import type { Sample } from '../verdict/evidence.ts';
import type { Kind, Measured, Measurement, Plan, Take } from './measurement.ts';
import { fullPlan, relativeWidth, stopNow } from './stopping.ts';
import { seriesOf, takeSample } from './series.ts';

export interface Rung {
  readonly subject: Measured;
  readonly take: Take;
  readonly bound?: Kind['bound'];
}

/** The same quantity at growing or shrinking conditions, in rounds: every rung once a round, every second round backwards. */
export function ladder(rungs: readonly Rung[], options: Kind & Plan): Measurement {
  return {
    kind: 'ladder',
    run: async (context) => {
      const plan = fullPlan(options, 30, context);
      for (let i = 0; i < plan.warmups; i += 1) {
        for (const { take } of rungs) {
          context.signal.throwIfAborted();
          await take();
        }
      }
      const taken = rungs.map((): Sample[] => []);
      const upwardFirst = context.random() < 0.5;
      const order = rungs.map((rung, index) => ({ rung, into: taken[index] ?? [] }));
      const width = () => Math.max(...taken.map((rung) => relativeWidth(rung.map(({ value }) => value))));
      for (let round = 0; ; round += 1) {
        if (stopNow(round, plan, context, width) !== null) break;
        for (const { rung, into } of upwardFirst === (round % 2 === 0) ? order : order.toReversed()) {
          context.signal.throwIfAborted();
          into.push(await takeSample(rung.take, rung.subject, context));
        }
      }
      return {
        kind: 'ladder',
        rungs: rungs.map(({ subject, bound }, index) =>
          seriesOf(subject, bound === undefined ? options : { ...options, bound }, plan.warmups, taken[index] ?? []),
        ),
      };
    },
  };
}
