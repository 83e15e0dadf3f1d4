import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { capabilitySchema, claimIdSchema, type Capability } from '../claim/claim.ts';
import type { Claim } from '../claim/catalogue.ts';
import { verdictSchema } from '../verdict/verdict.ts';
import { RecordError } from './errors.ts';
import { runIdSchema } from './record.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A change of a published verdict; a line of the log. */
export const historyEntrySchema = z.strictObject({
  at: z.iso.datetime(),
  claim: claimIdSchema,
  /** The machine class for which it is published. */
  on: capabilitySchema,
  /** null: it was not published before, or is no longer. */
  from: verdictSchema.nullable(),
  to: verdictSchema.nullable(),
  /** The run that confirmed it; null where the claim's file names none. */
  run: runIdSchema.nullable(),
  /** What is known to have changed since. */
  why: z.string().min(1).max(500),
  revision: z.int().positive(),
  check: sha256.nullable(),
  /** sha256 of the line before, so that no line can go, change or move unseen; null in the first. */
  previous: sha256.nullable(),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** An entry that is not in the log yet. */
export type Change = Omit<HistoryEntry, 'at' | 'previous'>;

/**
 * The log's text, oldest entry first. Pure.
 * @throws RecordError naming the first line that is none, or that does not follow from the one before
 */
export function parseHistory(text: string): HistoryEntry[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    const what = `Line ${String(index + 1)} of the verdicts' history`;
    const parsed = historyEntrySchema.safeParse(json(line));
    if (!parsed.success) throw new RecordError(`${what} is no entry: ${parsed.error.issues[0]?.message ?? 'invalid'}.`);
    const before = lines[index - 1];
    if (parsed.data.previous !== (before === undefined ? null : digest(before))) {
      throw new RecordError(`${what} does not follow from the line before: one was changed, moved or taken out.`);
    }
    return parsed.data;
  });
}

/** The entries of a log; none where there is no such file yet. */
export async function readHistory(file: string): Promise<HistoryEntry[]> {
  return parseHistory(await textOf(file));
}

/** Writes entries after those that are there; nothing that is there is touched. */
export async function appendHistory(file: string, changes: readonly Change[], at = new Date()): Promise<void> {
  const text = await textOf(file);
  parseHistory(text);
  let before = text.split('\n').findLast((line) => line !== '');
  const lines = changes.map((change) => {
    const entry = { at: at.toISOString(), ...change, previous: before === undefined ? null : digest(before) };
    before = JSON.stringify(historyEntrySchema.parse(entry));
    return `${before}\n`;
  });
  if (lines.length > 0) await appendFile(file, lines.join(''));
}

type Published = Pick<Claim, 'id' | 'digests'> & {
  readonly frontmatter: Pick<Claim['frontmatter'], 'expected' | 'revision'>;
};

/** What the claims publish and the log does not say yet, or says otherwise, in the order of the claims. Pure. */
export function unlogged(claims: readonly Published[], entries: readonly HistoryEntry[]): Change[] {
  const last = new Map(entries.map((entry) => [placeOf(entry.claim, entry.on), entry]));
  const published = claims.flatMap((claim) => claim.frontmatter.expected.map((one) => ({ claim, ...one })));
  const places = new Set(published.map(({ claim, on }) => placeOf(claim.id, on)));
  const changed = published.flatMap(({ claim, on, verdict, run }): Change[] => {
    const known = last.get(placeOf(claim.id, on));
    if (known?.to === verdict) return [];
    const { revision } = claim.frontmatter;
    const check = claim.digests.check;
    const why = reason(known, revision, check);
    return [{ claim: claim.id, on, from: known?.to ?? null, to: verdict, run: run ?? null, why, revision, check }];
  });
  const withdrawn = [...last].flatMap(([place, { at: _, previous: _previous, ...entry }]): Change[] =>
    places.has(place) || entry.to === null
      ? []
      : [{ ...entry, from: entry.to, to: null, run: null, why: 'it is no longer published' }],
  );
  return [...changed, ...withdrawn];
}

function reason(known: HistoryEntry | undefined, revision: number, check: string | null): string {
  if (known === undefined) return 'first published';
  if (known.to === null) return 'published again';
  if (known.revision !== revision)
    return `the claim's meaning was revised (${String(known.revision)} to ${String(revision)})`;
  if (known.check !== check) return 'its check was changed';
  return 'the same check came out otherwise, twice';
}

const placeOf = (claim: string, on: Capability): string => JSON.stringify([claim, Object.entries(on).sort()]);

const digest = (line: string): string => createHash('sha256').update(line).digest('hex');

async function textOf(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
