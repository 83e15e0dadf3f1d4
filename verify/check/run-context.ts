import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { needSchema } from '../claim/claim.ts';
import { hostFactsSchema, runIdSchema, warningSchema } from '../record/record.ts';
import { lieSchema } from '../record/sabotage-table.ts';
import { floorSchema } from '../verdict/evidence.ts';

/** What the process that judges one claim must know of the run; written by the command, read by every check. */
export const runContextSchema = z.strictObject({
  run: runIdSchema,
  profile: z.enum(['quick', 'full']),
  seed: z.int().min(0),
  journal: z.string(),
  sabotage: lieSchema.nullable(),
  /** Null while it is not known yet: for claims that need nothing. */
  host: hostFactsSchema.nullable(),
  engine: z
    .strictObject({
      socketPath: z.string(),
      private: z.boolean(),
      /** Network namespace of a private engine: it plays the host in network findings. */
      netns: z.string().nullable(),
    })
    .nullable(),
  /** What this machine lacks: need -> the sentence that a finding's `not-run` prints. */
  missing: z.partialRecord(needSchema, z.string()),
  floor: floorSchema,
  warnings: z.array(warningSchema),
});
export type RunContext = z.infer<typeof runContextSchema>;

const contextVariable = 'BARE_CLAIMS_CONTEXT';

/** Leaves the context in the run's folder, where checks that are started from now on find it. */
export async function announceRunContext(folder: string, context: RunContext): Promise<void> {
  const file = join(folder, 'context.json');
  await writeFile(file, JSON.stringify(context), { mode: 0o600 });
  process.env[contextVariable] = file;
}

/** @throws Error where the variable is not set: check files run under `npm run verify`, not by themselves. */
export async function readRunContext(): Promise<RunContext> {
  const file = process.env[contextVariable];
  if (file === undefined) {
    throw new Error('A check ran outside a run. Start it with: npm run verify -- <topic>/<claim>');
  }
  return runContextSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}
