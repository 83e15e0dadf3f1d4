import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../claim/errors.ts';
import type { Claim } from '../claim/catalogue.ts';
import { remainingClaims } from '../record/from-journal.ts';
import type { EventOf } from '../record/event.ts';
import { readJournal } from '../record/journal.ts';
import { toolVersion } from './tool.ts';

export interface Resumed {
  readonly run: string;
  readonly journal: string;
  readonly planned: readonly string[];
  /** As the run began: its samples must not be mixed with those of another. */
  readonly seed: number;
  readonly profile: 'quick' | 'full';
  readonly claims: readonly Claim[];
}

/**
 * What is left of the run that a journal tells of; null where none is to be resumed.
 * @throws UsageError where the journal's run came to its end, names claims that are no longer there, or was begun by
 * another version of this project
 */
export async function resumable(journal: string | null, claims: readonly Claim[]): Promise<Resumed | null> {
  if (journal === null) return null;
  if (!existsSync(journal)) throw new UsageError(`--resume is "${journal}", and there is no such file.`);
  const { events } = await readJournal(journal);
  const begun = events.find((event) => event.type === 'run');
  if (begun === undefined) throw new UsageError(`${journal} does not tell of a run. Start a new one: npm run verify`);
  await refuseOtherTool(begun);
  const remaining = remainingClaims(events);
  if (remaining.length === 0) throw new UsageError(`The run ${begun.run} came to its end; there is nothing to resume.`);
  const left = remaining.map((id) => {
    const claim = claims.find((candidate) => candidate.id === id);
    if (claim === undefined)
      throw new UsageError(`The run ${begun.run} planned ${id}, which is no claim here any more.`);
    return claim;
  });
  const { run, planned, seed, profile } = begun;
  return { run, journal, planned, seed, profile, claims: left };
}

/** Two versions may judge differently, and one record could not say which did. Known before anything runs. */
async function refuseOtherTool({ run, tool }: EventOf<'run'>): Promise<void> {
  const now = await toolVersion();
  if (isDeepStrictEqual(now, tool)) return;
  const told = ({ version, commit }: typeof tool): string => `${version} (${commit?.slice(0, 12) ?? 'no commit'})`;
  throw new UsageError(
    `The run ${run} was begun by version ${told(tool)}, and this is ${told(now)}. Start a new run: npm run verify`,
  );
}
