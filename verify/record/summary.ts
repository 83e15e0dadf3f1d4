import { styleText } from 'node:util';
import { printable } from './printable.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { caveats, differenceSentence, durationText, oneLine, tally, verdictSign } from './display.ts';
import type { Difference } from './expected.ts';
import { leftOutSentence } from './left-out.ts';
import type { ClaimRecord, RunRecord } from './record.ts';

export interface SummaryOptions {
  /** Columns of the terminal; at least 60 are used. */
  readonly width?: number;
  readonly colour?: boolean;
}

const colours: Readonly<Record<Verdict, Parameters<typeof styleText>[0]>> = {
  verified: 'green',
  refuted: 'magenta',
  mixed: 'yellow',
  inconclusive: 'yellow',
  'not-run': 'gray',
  attributed: 'cyan',
  broken: 'red',
};

/** The run for a person at a terminal: first what differs from what is published, then each claim, then the sums. */
export function summaryText(
  record: RunRecord,
  differences: readonly Difference[],
  { width = 100, colour = false }: SummaryOptions = {},
): string {
  const columns = Math.max(60, width);
  const lines: string[] = [];
  if (differences.length > 0) {
    lines.push(`Differs from what is published (${String(differences.length)}):`);
    lines.push(...differences.flatMap((difference) => wrapped(differenceSentence(difference), columns, '  ')), '');
  }
  let topic = '';
  for (const claim of record.claims) {
    const own = claim.id.slice(0, claim.id.indexOf('/'));
    if (own !== topic) lines.push(...(topic === '' ? [] : ['']), own);
    topic = own;
    lines.push(...claimLines(claim, columns, colour));
  }
  const told = [leftOutSentence(record) ?? '', ...caveats(record), timeSentence(record) ?? '', `${tally(record)}.`];
  lines.push('', ...told.flatMap((text) => wrapped(text, columns, '')));
  return lines.join('\n');
}

/** How long it took, and how much of that was nobody's but the suite's; null where the record does not say. */
function timeSentence({ spent }: Pick<RunRecord, 'spent'>): string | null {
  if (spent?.overheadMs === undefined) return null;
  const percent = Math.round((100 * spent.overheadMs) / spent.totalMs);
  return `It took ${durationText(spent.totalMs)}; ${String(percent)}% of that was the suite's own overhead.`;
}

/** Two lines or more: verdict, name and time; below them what came out. */
function claimLines(claim: ClaimRecord, columns: number, colour: boolean): string[] {
  const verdict = `${verdictSign[claim.verdict]} ${claim.verdict.padEnd(12)}`;
  const painted = colour ? styleText(colours[claim.verdict], verdict, { validateStream: false }) : verdict;
  const time = durationText(claim.durationMs);
  const room = columns - verdict.length - time.length - 4;
  const slug = claim.id.slice(claim.id.indexOf('/') + 1);
  const name = slug.length > room ? `${slug.slice(0, room - 1)}…` : slug.padEnd(room);
  return [`  ${painted} ${name} ${time}`, ...wrapped(oneLine(claim), columns, ' '.repeat(4))];
}

/** Breaks at spaces; a word longer than the line stays whole. Control characters, which records may quote, go. */
function wrapped(text: string, columns: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text)
    .split(' ')
    .filter((part) => part !== '')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, indent + line];
}
