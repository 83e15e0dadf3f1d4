import { z } from 'zod';
import { estimateSchema } from './evidence.ts';

/** What a rule says of evidence. `because` is a sentence for the reader, required wherever nothing was decided. */
export const outcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('holds'), estimate: estimateSchema.optional() }),
  z.strictObject({ kind: z.literal('fails'), estimate: estimateSchema.optional() }),
  z.strictObject({ kind: z.literal('undecided'), because: z.string(), estimate: estimateSchema.optional() }),
  /** `rehearsal`: it ran for its mechanics under emulation and is not judged. */
  z.strictObject({
    kind: z.literal('not-run'),
    because: z.string(),
    rehearsal: z.boolean().optional(),
    estimate: estimateSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('broken'), because: z.string(), estimate: estimateSchema.optional() }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;
export type OutcomeKind = Outcome['kind'];

export const verdictSchema = z.enum([
  'verified',
  'refuted',
  'mixed',
  'inconclusive',
  'not-run',
  'attributed',
  'broken',
]);
export type Verdict = z.infer<typeof verdictSchema>;

export const combineSchema = z.enum(['all', 'any', 'each']);
export type Combine = z.infer<typeof combineSchema>;
