import { z } from 'zod';
import { claimIdSchema, findingSchema, mustSchema } from '../claim/claim.ts';
import { evidenceSchema, floorSchema } from '../verdict/evidence.ts';
import { combineSchema, outcomeSchema, verdictSchema } from '../verdict/verdict.ts';
import { sealSchema } from './seal.ts';

export const recordSchemaVersion = 1;

const label = z.string().max(200);
const milliseconds = z.number().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Time-ordered: `20261121T101502Z-1a2b3c4d`. */
export const runIdSchema = z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/);

/** What this machine is. No host name, user name, path or address: a record is fit to publish. */
export const hostFactsSchema = z.strictObject({
  os: label,
  kernel: label,
  architecture: label,
  cpuModel: label,
  cpus: z.int().positive(),
  memoryBytes: z.number().positive(),
  cgroup: z.enum(['v1', 'v2']),
  lsms: z.array(label),
  /** What the machine itself runs on, as `systemd-detect-virt` names it; `none` is bare metal, `unknown` is unknown. */
  virtualization: label,
  root: z.boolean(),
  engine: z
    .strictObject({
      name: label,
      version: label,
      apiVersion: label,
      runtime: label,
      storageDriver: label,
      cgroupDriver: label,
      private: z.boolean(),
    })
    .nullable(),
  qemu: label.nullable(),
  accelerator: z.strictObject({
    kind: z.enum(['kvm', 'hvf', 'tcg', 'none']),
    /** Why no better one could be used: the probe's stage and message. */
    because: z.string().max(2000),
  }),
});
export type HostFacts = z.infer<typeof hostFactsSchema>;

/** Doubt as data: load, steal, governor, nesting, free memory and disk, with advice. Lowers verdicts, never raises. */
export const warningSchema = z.strictObject({
  what: label,
  value: label,
  advice: z.string().max(1000),
  lowers: z.boolean(),
});

export const controlRecordSchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  must: mustSchema,
  outcome: outcomeSchema,
  evidence: evidenceSchema.optional(),
});
export type ControlRecord = z.infer<typeof controlRecordSchema>;

export const findingRecordSchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  rule: findingSchema.shape.rule,
  role: z.enum(['judged', 'supporting']),
  /** After controls, floor and bounds: what counts. */
  outcome: outcomeSchema,
  evidence: evidenceSchema.optional(),
  controls: z.array(controlRecordSchema),
  durationMs: z.number().min(0),
});
export type FindingRecord = z.infer<typeof findingRecordSchema>;

/** A table that a check leaves for its page (a probe table, a timeline, a matrix). Data, never markup. */
export const exhibitSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: label,
  columns: z.array(label).min(1).max(40),
  rows: z.array(z.array(z.union([z.string().max(500), z.number(), z.boolean(), z.null()])).max(40)).max(2000),
});
export type Exhibit = z.infer<typeof exhibitSchema>;

export const claimRecordSchema = z.strictObject({
  id: claimIdSchema,
  revision: z.int().positive(),
  /** sha256 over the claim file and over the check file, as they were when they ran. */
  digests: z.strictObject({ claim: sha256, check: sha256.nullable() }),
  combine: combineSchema,
  verdict: verdictSchema,
  /** One sentence: why this verdict. */
  summary: z.string().max(2000),
  findings: z.array(findingRecordSchema),
  exhibits: z.array(exhibitSchema),
  startedAt: z.iso.datetime(),
  durationMs: z.number().min(0),
  /**
   * Of that, how long the check waited for subjects that were made or removed, and for what they were asked to do. The
   * rest is its own: starting, judging, waiting by the clock. Older records have none.
   */
  spent: z.strictObject({ setUpMs: milliseconds, workMs: milliseconds }).optional(),
  /** The run ended before the check did: further findings would have followed, so these decide nothing. */
  unfinished: z.literal(true).optional(),
  /** Last lines of what the check printed or what went wrong. */
  log: z.string().max(20_000),
});
export type ClaimRecord = z.infer<typeof claimRecordSchema>;

export const recordSchema = z.strictObject({
  schema: z.literal(recordSchemaVersion),
  run: runIdSchema,
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** `partial`: ended early; what it had is kept. */
  state: z.enum(['complete', 'partial']),
  because: z.string().optional(),
  tool: z.strictObject({ version: label, commit: label.nullable() }),
  profile: z.enum(['quick', 'full']),
  seed: z.int().min(0),
  host: hostFactsSchema,
  floor: floorSchema,
  warnings: z.array(warningSchema),
  claims: z.array(claimRecordSchema),
  /**
   * The run by the monotonic clock: all of it; what it waited for its own set-up, for subjects that checks made and
   * removed, and for what these were asked to do; its checks, from the start of each stage to its end; and what it took
   * besides, the suite's own overhead. Resumed and merged records have none, older ones less.
   */
  spent: z
    .strictObject({
      totalMs: milliseconds,
      setUpMs: milliseconds,
      checksMs: milliseconds,
      subjectsMs: milliseconds.optional(),
      workMs: milliseconds.optional(),
      overheadMs: milliseconds.optional(),
    })
    .optional(),
  /** Older records have none. */
  seal: sealSchema.optional(),
});
export type RunRecord = z.infer<typeof recordSchema>;
