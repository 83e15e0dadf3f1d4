import { z } from 'zod';
import { combineSchema, verdictSchema } from '../verdict/verdict.ts';
import { ruleSchema } from '../verdict/rule.ts';

const slug = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** `topic/claim`, for ever: it is what people cite. */
export const claimIdSchema = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/);
const findingId = z.string().regex(slug);

export const articleSchema = z.enum(['nickoloff', 'nickoloff-translation', 'php-cn', 'simpledocker', 'trend-micro']);
export type Article = z.infer<typeof articleSchema>;

/** What a check or a finding needs of the machine; what is missing makes it `not-run` with the reason. */
export const needSchema = z.enum([
  'engine',
  'private-engine',
  'guest',
  'full-tree',
  'acceleration',
  'root',
  'local-host',
  'lsm',
  'network-namespaces',
  'packages',
]);
export type Need = z.infer<typeof needSchema>;

export const mustSchema = z.enum(['hold', 'fail']);

export const findingSchema = z.strictObject({
  /** The question in a few words, as a heading: "random 4 KiB reads, CPU time per operation". */
  label: z.string().min(3).max(160),
  rule: ruleSchema,
  /** Supporting findings are shown and never counted. */
  role: z.enum(['judged', 'supporting']).default('judged'),
  /** Name of each control -> how it must come out. A judged finding needs one that can oppose what is expected. */
  controls: z.record(findingId, z.strictObject({ must: mustSchema, label: z.string().min(3).max(200) })).default({}),
  /** The outcome that the published verdict rests on; without it a judged finding needs controls of both kinds. */
  expect: mustSchema.optional(),
  /** Beyond the claim's needs. `acceleration`: under emulation it runs as a rehearsal and is not judged. */
  needs: z.array(needSchema).default([]),
  /** In which profiles it runs; `full` only: left out of the quick profile, and said so. */
  profile: z.enum(['quick', 'full']).default('quick'),
  /** Why the threshold is another than the quantifier table's, where it is. */
  because: z.string().optional(),
});
export type FindingSpec = z.infer<typeof findingSchema>;

/** The machine class for which a verdict was published; a field left out matches any. */
export const capabilitySchema = z.strictObject({
  acceleration: z.enum(['hardware', 'emulated', 'none']).optional(),
  cgroup: z.enum(['v1', 'v2']).optional(),
  lsm: z.enum(['apparmor', 'selinux', 'none']).optional(),
  engine: z.enum(['private', 'system', 'none']).optional(),
});
export type Capability = z.infer<typeof capabilitySchema>;

const expectedSchema = z.strictObject({
  on: capabilitySchema,
  verdict: verdictSchema,
  /** The confirming run. */
  run: z.string().optional(),
});

/** Frontmatter of `claims/<topic>/<claim>.mdx`. The path is the id. */
export const claimSchema = z.strictObject({
  statement: z.string().min(10).max(300),
  sources: z.partialRecord(articleSchema, z.array(z.int().positive()).min(1)),
  kind: z.enum(['measured', 'observed', 'documented', 'attributed']),
  subjects: z.array(z.enum(['host', 'container', 'guest'])).default([]),
  needs: z.array(needSchema).default([]),
  combine: combineSchema.default('all'),
  /**
   * The machine must be idle: such claims run one after the other. A list names the findings for which it must; where
   * none of them is tried, the claim runs beside others. `calm`: there may be others, as long as each could have a
   * processor to itself - whoever counts lost requests, or holds a wait against seconds, asks for no more.
   */
  quiet: z.union([z.boolean(), z.literal('calm'), z.array(findingId).min(1)]).default(false),
  /** Time limit of the whole check in seconds, full profile. */
  timeoutSeconds: z.number().positive().default(240),
  findings: z.record(findingId, findingSchema).default({}),
  expected: z.array(expectedSchema).default([]),
  /** Raised when the meaning of a verdict changes. */
  revision: z.int().positive().default(1),
  related: z.array(claimIdSchema).default([]),
  /** Of a claim that sums others up: those whose verdicts its own rests on, from the same run or as published. */
  parts: z.array(claimIdSchema).default([]),
  contradicts: z.array(claimIdSchema).default([]),
  /** Figures of others, shown beside ours: what, value with unit, where from with year and configuration. */
  literature: z
    .array(z.strictObject({ what: z.string(), figure: z.string(), source: z.string(), configuration: z.string() }))
    .default([]),
});
export type ClaimFrontmatter = z.infer<typeof claimSchema>;
