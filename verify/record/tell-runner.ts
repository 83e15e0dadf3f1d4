import { appendFile } from 'node:fs/promises';
import { differenceSentence } from './display.ts';
import type { Difference } from './expected.ts';

const levels: Readonly<Record<Difference['kind'], 'error' | 'warning' | 'notice'>> = {
  broken: 'error',
  changed: 'warning',
  weaker: 'notice',
  stronger: 'notice',
};

/**
 * Where a GitHub runner carries this out (its variables say so): the table into the job's summary, and an annotation at
 * the claim file of every verdict that differs from the published one. Elsewhere nothing.
 */
export async function tellRunner(
  table: string,
  differences: readonly Difference[],
  print: (line: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const summary = environment['GITHUB_STEP_SUMMARY'] ?? '';
  if (summary !== '') await appendFile(summary, `${table}\n`);
  if (environment['GITHUB_ACTIONS'] !== 'true') return;
  for (const difference of differences) print(annotation(difference));
}

/** Every claim's name is a slug, so nothing in the line needs the runner's escapes but the sentence. */
function annotation(difference: Difference): string {
  const sentence = differenceSentence(difference)
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A');
  const { claim, kind } = difference;
  return `::${levels[kind]} file=claims/${claim}.mdx,title=Verdict ${kind}::${sentence}`;
}
