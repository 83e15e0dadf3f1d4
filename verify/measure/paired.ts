import type { Sample } from '../verdict/evidence.ts';
import type { Kind, Measured, Measurement, Plan, Take } from './measurement.ts';
import { fullPlan, relativeWidth, stopNow } from './stopping.ts';
import { seriesOf, takeSample } from './series.ts';

export interface Side {
  readonly subject: Measured;
  readonly take: Take;
  /** Where this side's bound differs from what emulation and quantity give. */
  readonly bound?: Kind['bound'];
}

export interface PairedOptions extends Kind, Plan {
  readonly subject: Side;
  readonly baseline: Side;
}

/**
 * Pairs of samples, one of each side, interleaved as ABBA: what drifts steadily weighs on both alike, and whoever goes
 * first does so half of the time. Which side begins is drawn from the run's seed. Pairs come in twos, to stay balanced.
 */
export function paired(options: PairedOptions): Measurement {
  const { subject, baseline } = options;
  return {
    kind: 'paired',
    run: async (context) => {
      const plan = inTwos(fullPlan(options, 60, context));
      for (let i = 0; i < plan.warmups; i += 1) {
        for (const side of [subject, baseline]) {
          context.signal.throwIfAborted();
          await side.take();
        }
      }
      const subjectFirst = context.random() < 0.5;
      const taken: { subject: Sample; baseline: Sample }[] = [];
      const width = () => relativeWidth(taken.map((pair) => pair.subject.value / pair.baseline.value));
      for (;;) {
        const stop = taken.length % 2 === 0 ? stopNow(taken.length, plan, context, width, 2) : null;
        if (stop !== null) {
          const side = ({ subject: of, bound }: Side, samples: readonly Sample[]) =>
            seriesOf(of, bound === undefined ? options : { ...options, bound }, plan.warmups, samples);
          return {
            kind: 'paired',
            subject: side(
              subject,
              taken.map((pair) => pair.subject),
            ),
            baseline: side(
              baseline,
              taken.map((pair) => pair.baseline),
            ),
            stop,
          };
        }
        context.signal.throwIfAborted();
        // The order turns with every pair: AB BA AB BA.
        const first = subjectFirst === (taken.length % 2 === 0);
        const early = await takeSample(
          first ? subject.take : baseline.take,
          (first ? subject : baseline).subject,
          context,
        );
        const late = await takeSample(
          first ? baseline.take : subject.take,
          (first ? baseline : subject).subject,
          context,
        );
        taken.push(first ? { subject: early, baseline: late } : { subject: late, baseline: early });
      }
    },
  };
}

const inTwos = <T extends { atLeast: number; atMost: number }>(plan: T): T => ({
  ...plan,
  atLeast: plan.atLeast + (plan.atLeast % 2),
  atMost: plan.atMost + (plan.atMost % 2),
});
