import { parse } from 'yaml';
import { claimSchema, type Capability, type ClaimFrontmatter } from '../claim/claim.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** The verdict that is published for one class of machine, and the run that confirmed it. */
export interface Publication {
  readonly on: Capability;
  readonly verdict: Verdict;
  readonly run: string;
}

/**
 * The claim file's text with this publication in place of the one for the same class, or added. Only the block
 * `expected:` is written anew, before the frontmatter's end where there is none: everything else is its author's.
 * @throws Error where the text has no frontmatter
 */
export function withExpected(text: string, publication: Publication): string {
  const end = /^---\n/.test(text) ? text.indexOf('\n---\n', 3) + 1 : 0;
  if (end === 0) throw new Error('The claim file has no frontmatter: a block between two lines of "---" at its top.');
  const match = /^expected:.*\n(?:[ \t-].*\n)*/m.exec(text.slice(0, end));
  const [from, block] = match === null ? [end, 'expected: []\n'] : [match.index, match[0]];
  const { expected } = parse(block) as { expected: unknown };
  const entries = claimSchema.shape.expected.parse(expected ?? []);
  const key = classKey(publication.on);
  const kept = entries.filter(({ on }) => classKey(on) !== key);
  const lines = [...kept, publication].map(entryLine).sort();
  return `${text.slice(0, from)}expected:\n${lines.join('\n')}\n${text.slice(match === null ? end : from + block.length)}`;
}

const classKey = (on: Capability): string => JSON.stringify(Object.entries(on).sort());

function entryLine({ on, verdict, run }: ClaimFrontmatter['expected'][number]): string {
  const fields = Object.entries(on).map(([field, value]) => `${field}: ${String(value)}`);
  const confirmed = run === undefined ? '' : `, run: ${run}`;
  return `  - { on: { ${fields.join(', ')} }, verdict: ${verdict}${confirmed} }`;
}
