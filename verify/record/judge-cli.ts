import { basename } from 'node:path';
import { UsageError } from '../claim/errors.ts';
import { rejudge, rejudgedDifferences, type Rejudged } from './rejudge.ts';
import { readRecord } from './store.ts';

/**
 * `npm run judge -- <record.json> ...`: judges stored records again, with no lab.
 * @returns the exit status: 0 the same everywhere, 1 something came out otherwise
 */
export async function main(args: readonly string[], print: (text: string) => void = console.log): Promise<number> {
  if (args.length === 0 || args.some((arg) => arg.startsWith('-'))) {
    throw new UsageError('Name one or more records: npm run judge -- runs/<run id>.json');
  }
  let status = 0;
  for (const file of args) {
    const record = await readRecord(file);
    const differences = rejudgedDifferences(record, rejudge(record));
    if (differences.length > 0) status = 1;
    print(text(basename(file), record.claims.length, differences));
  }
  return status;
}

function text(name: string, claims: number, differences: readonly Rejudged[]): string {
  if (differences.length === 0) return `${name}: ${counted(claims, 'claim')} judged again, all as recorded.`;
  return [
    `${name}: ${counted(differences.length, 'difference')} when judged again:`,
    ...differences.map(
      ({ where, recorded, judged }) => `  ${where.join(' > ')}: recorded ${recorded}, judged ${judged}`,
    ),
  ].join('\n');
}

const counted = (count: number, what: string): string => `${String(count)} ${what}${count === 1 ? '' : 's'}`;
