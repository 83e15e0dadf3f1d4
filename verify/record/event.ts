import { z } from 'zod';
import { claimIdSchema } from '../claim/claim.ts';
import { floorSchema } from '../verdict/evidence.ts';
import {
  claimRecordSchema,
  exhibitSchema,
  findingRecordSchema,
  hostFactsSchema,
  recordSchema,
  warningSchema,
} from './record.ts';

const { run, startedAt, endedAt, tool, profile, seed, state, because, spent } = recordSchema.shape;

/** What happened in a run, in the order in which it did; one line of the journal each. */
export const eventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('run'),
    run,
    startedAt,
    tool,
    profile,
    seed,
    /** Every claim that the run means to settle. */
    planned: z.array(claimIdSchema),
  }),
  /** Again on `--resume`: a journal holds one host only. */
  z.strictObject({ type: z.literal('host'), host: hostFactsSchema }),
  z.strictObject({ type: z.literal('floor'), floor: floorSchema }),
  z.strictObject({ type: z.literal('warnings'), warnings: z.array(warningSchema) }),
  z.strictObject({
    type: z.literal('claim-start'),
    id: claimIdSchema,
    revision: claimRecordSchema.shape.revision,
    digests: claimRecordSchema.shape.digests,
    combine: claimRecordSchema.shape.combine,
    startedAt,
  }),
  z.strictObject({ type: z.literal('finding'), claim: claimIdSchema, finding: findingRecordSchema }),
  z.strictObject({ type: z.literal('exhibit'), claim: claimIdSchema, exhibit: exhibitSchema }),
  z.strictObject({ type: z.literal('claim-end'), claim: claimRecordSchema }),
  z.strictObject({ type: z.literal('run-end'), state, because, endedAt, spent }),
]);
export type JournalEvent = z.infer<typeof eventSchema>;
export type EventOf<Type extends JournalEvent['type']> = Extract<JournalEvent, { type: Type }>;
