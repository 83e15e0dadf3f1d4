import { z } from 'zod';
import { unitSchema } from './evidence.ts';

const factor = z.number().positive();
const margin = z.number().gt(0).lt(1);

/**
 * A decision rule: a value, stated before the run in the claim's frontmatter. `decide` turns it and evidence into an
 * outcome; `ruleSentence` into English. Every comparison uses the whole 95% interval, never the point.
 */
export const ruleSchema = z.discriminatedUnion('kind', [
  /** The quantile (0.5 is the median) lies below the threshold. A single exact amount counts as its own quantile. */
  z.strictObject({
    kind: z.literal('quantileBelow'),
    quantile: z.number().gt(0).lt(1),
    threshold: z.number(),
    unit: unitSchema,
  }),
  z.strictObject({
    kind: z.literal('quantileAtLeast'),
    quantile: z.number().gt(0).lt(1),
    threshold: z.number(),
    unit: unitSchema,
  }),
  /** Non-inferiority: the cost ratio subject/baseline (for rates baseline/subject) lies below 1 + margin. */
  z.strictObject({ kind: z.literal('notCostlier'), margin }),
  /** Equivalence, both sides: the ratio lies within [1/(1+margin), 1+margin]. */
  z.strictObject({ kind: z.literal('equivalent'), margin }),
  /** The plain ratio subject/baseline. */
  z.strictObject({ kind: z.literal('ratioAtLeast'), factor }),
  z.strictObject({ kind: z.literal('ratioAtMost'), factor }),
  z.strictObject({ kind: z.literal('isTrue') }),
  z.strictObject({ kind: z.literal('isFalse') }),
  /** All items equal / all items pairwise different. */
  z.strictObject({ kind: z.literal('same') }),
  z.strictObject({ kind: z.literal('different') }),
  /** Medians over the ladder's rungs go one way; neighbours differ by more than the margin (0: any difference). */
  z.strictObject({
    kind: z.literal('monotone'),
    direction: z.enum(['rising', 'falling']),
    margin: z.number().min(0).lt(1),
  }),
  z.strictObject({ kind: z.literal('countAtLeast'), count: z.number() }),
]);
export type Rule = z.infer<typeof ruleSchema>;
