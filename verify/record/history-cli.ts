import { join } from 'node:path';
import { commandLine } from '../claim/command-line.ts';
import { loadCatalogue } from '../claim/catalogue.ts';
import { claimsRoot } from '../claim/root.ts';
import { appendHistory, readHistory, unlogged, type Change } from './history.ts';
import { changedSince } from './unchanged.ts';

/** The log lies with the claims whose verdicts it tells of. */
export const historyFile = (root = claimsRoot()): string => join(root, 'history.jsonl');

/**
 * `npm run history`: writes into the log what the claims publish and it does not say yet. `--check` writes nothing.
 * `--since COMMIT`: only looks whether all that was on file then is on file now.
 * @returns the exit status: 1 where `--check` finds something unwritten, or `--since` something changed; else 0
 */
export async function main(args: readonly string[], print: (line: string) => void = console.log): Promise<number> {
  const { check, since } = parse(args);
  if (since !== undefined) {
    const changed = await changedSince(since);
    for (const line of changed) print(line);
    if (changed.length === 0) print('Every record and every line of the history is as it was.');
    return changed.length > 0 ? 1 : 0;
  }
  const changes = await publishHistory(check);
  for (const change of changes) print(changeLine(change));
  if (changes.length === 0) print('The history has every published verdict.');
  else if (check) print('The history lacks these. Write them: npm run history');
  return check && changes.length > 0 ? 1 : 0;
}

function parse(args: readonly string[]): { readonly check: boolean; readonly since?: string | undefined } {
  return commandLine(args, 'npm run history -- [--check | --since COMMIT]', {
    options: { check: { type: 'boolean', default: false }, since: { type: 'string' } },
  }).values;
}

/** Brings the log up to date with the claims; `dry` only tells. */
export async function publishHistory(dry = false): Promise<Change[]> {
  const file = historyFile();
  const { claims, problems } = await loadCatalogue();
  const found = unlogged(claims, await readHistory(file));
  // A claim whose file is at fault just now is not withdrawn.
  const changes = problems.length === 0 ? found : found.filter(({ to }) => to !== null);
  if (!dry) await appendHistory(file, changes);
  return changes;
}

const changeLine = ({ claim, on, from, to, why }: Change): string =>
  `${claim} (${Object.values(on).join(', ') || 'anywhere'}): ${from ?? 'unpublished'} -> ${to ?? 'unpublished'}, ${why}`;
