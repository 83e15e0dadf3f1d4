import { z } from 'zod';

/**
 * What a number says of the true quantity.
 * `upper`: the truth is no higher (time or CPU cost of an emulated guest); `lower`: the truth is no lower
 * (its throughput); `none`: nothing may be concluded (a share, or a ratio in which bounds cancel).
 */
export const boundSchema = z.enum(['exact', 'upper', 'lower', 'none']);
export type Bound = z.infer<typeof boundSchema>;

/** `cost`: less is better (seconds, CPU seconds); `rate`: more is better (operations/s); `amount`: neither (bytes, counts). */
export const quantitySchema = z.enum(['cost', 'rate', 'amount']);
export type Quantity = z.infer<typeof quantitySchema>;

/** UCUM-like unit symbols, SI base first; the site scales them for people ("0.012 s" is shown as "12 ms"). */
export const unitSchema = z.enum(['s', 'B', 'B/s', 'bit/s', '1/s', '1', '%']);
export type Unit = z.infer<typeof unitSchema>;

const finite = z.number();

/** One measurement. `atMs`: milliseconds since the finding began, so that drift can be seen. */
export const sampleSchema = z.strictObject({ value: finite, atMs: finite.min(0) });
export type Sample = z.infer<typeof sampleSchema>;

/** Samples of one quantity of one subject, in the order in which they were taken; warm-ups are counted but not kept. */
export const seriesSchema = z.strictObject({
  subject: z.string().min(1).max(200),
  quantity: quantitySchema,
  unit: unitSchema,
  bound: boundSchema,
  /** Taken in a guest without hardware acceleration: labelled so wherever its number shows. */
  emulated: z.boolean(),
  /** The clock behind the number; the noise floor is measured for each. Counts and bytes have none. */
  clock: z.enum(['wall', 'cpu', 'none']),
  warmups: z.int().min(0),
  samples: z.array(sampleSchema).max(100_000),
});
export type Series = z.infer<typeof seriesSchema>;

/** Why sampling ended. Significance is never among the reasons. */
export const stopSchema = z.enum(['planned', 'precision', 'cap']);
export type Stop = z.infer<typeof stopSchema>;

const text = z.string().max(4000);
const scalar = z.union([z.string().max(4000), finite, z.boolean()]);

/** What a check observed, raw; a rule decides from it and from nothing else. */
export const evidenceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('samples'), series: seriesSchema, stop: stopSchema }),
  /** `subject.samples[i]` and `baseline.samples[i]` are one pair. Order within pairs is ABBA: see `atMs`. */
  z.strictObject({ kind: z.literal('paired'), subject: seriesSchema, baseline: seriesSchema, stop: stopSchema }),
  /** Exact figures that have no sampling error: bytes of an image, processes counted. */
  z.strictObject({
    kind: z.literal('amount'),
    subject: z.string(),
    value: finite,
    unit: unitSchema,
    bound: boundSchema,
  }),
  z.strictObject({
    kind: z.literal('amounts'),
    subject: z.strictObject({ label: z.string(), value: finite, bound: boundSchema }),
    baseline: z.strictObject({ label: z.string(), value: finite, bound: boundSchema }),
    unit: unitSchema,
  }),
  /** `null`: the source is silent, so that a rule on it stays undecided, with `saw` as the reason. */
  z.strictObject({ kind: z.literal('truth'), value: z.boolean().nullable(), saw: text }),
  z.strictObject({
    kind: z.literal('values'),
    items: z.array(z.strictObject({ label: z.string().max(200), value: scalar })).min(2),
  }),
  z.strictObject({ kind: z.literal('ladder'), rungs: z.array(seriesSchema).min(2) }),
]);
export type Evidence = z.infer<typeof evidenceSchema>;

/** A number with its interval as the page prints it. `interval` is null where none can be had (too few samples). */
export const estimateSchema = z.strictObject({
  value: finite,
  interval: z.tuple([finite, finite]).nullable(),
  confidence: z.number().gt(0).lt(1),
  unit: unitSchema,
  bound: boundSchema,
  n: z.int().min(0),
  /** What the number is: "median", "ratio of medians", "90th percentile"; and how the interval was made. */
  what: z.string(),
  method: z.string(),
});
export type Estimate = z.infer<typeof estimateSchema>;

/**
 * A against A, measured once in every run: the same work twice, paired and interleaved, on the host and in a container.
 * Each entry keeps raw pairs, so that the floor can be computed at any number of samples.
 */
export const floorSchema = z.array(
  z.strictObject({
    where: z.enum(['host', 'container']),
    clock: z.enum(['wall', 'cpu']),
    first: seriesSchema,
    second: seriesSchema,
  }),
);
export type NoiseFloor = z.infer<typeof floorSchema>;
