import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { departures, sentencesOf, type Departure, type TextSentence } from './article-text.ts';
import { loadCatalogue } from './catalogue.ts';
import { articleSchema, type Article } from './claim.ts';
import { coverageOf, type Coverage } from './coverage.ts';
import { commandLine } from './command-line.ts';
import { UsageError } from './errors.ts';
import type { ArticleLedger, Ledger } from './ledger.ts';
import { problemLine } from './problem.ts';

const usage = `npm run coverage -- [--json]
npm run coverage -- --text ARTICLE.txt [--article NAME] [--json]

Without --text: how many of the articles' statements have their claims written. Exit status 1 where a claim or ledger
has a problem or a sentence is not mapped.
With --text: every sentence of a real text that is new, changed, missing or not mapped. Exit status 1 where there is one.`;

/** @returns the exit status: 0 as it should be, 1 something is missing */
export async function main(args: readonly string[], print: (text: string) => void = console.log): Promise<number> {
  const { text, article, json } = options(args);
  const catalogue = await loadCatalogue();
  if (text === undefined) {
    const coverage = coverageOf(catalogue);
    const problems = catalogue.problems.map(problemLine);
    print(json ? JSON.stringify({ ...coverage, problems }, null, 2) : coverageText(coverage, problems));
    return problems.length > 0 || coverage.articles.some(({ unmapped }) => unmapped.length > 0) ? 1 : 0;
  }
  const sentences = sentencesOf(await readText(text));
  const [slug, ledger] = ledgerFor(catalogue.ledger, sentences, article);
  const found = departures(ledger, sentences);
  print(
    json
      ? JSON.stringify({ article: slug, sentences: sentences.length, departures: found }, null, 2)
      : departureText(slug, sentences.length, found),
  );
  return found.length > 0 ? 1 : 0;
}

function options(args: readonly string[]): { text?: string | undefined; article?: string | undefined; json: boolean } {
  return commandLine(args, usage, {
    options: { text: { type: 'string' }, article: { type: 'string' }, json: { type: 'boolean', default: false } },
  }).values;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`The text ${basename(file)} could not be read. --text takes the file of an article.`, {
      cause: error,
    });
  }
}

/** The named article, or the one that shares most sentences with the text. */
function ledgerFor(ledger: Ledger, text: readonly TextSentence[], named?: string): [Article, ArticleLedger] {
  if (named !== undefined) {
    const slug = articleSchema.safeParse(named).data;
    const own = slug === undefined ? undefined : ledger.get(slug);
    if (slug === undefined || own === undefined) {
      throw new UsageError(`--article is "${named}"; the articles are ${[...ledger.keys()].join(', ')}.`);
    }
    return [slug, own];
  }
  const digests = new Set(text.map(({ digest }) => digest));
  const [best] = [...ledger]
    .map(([slug, own]) => ({ slug, own, shared: own.sentences.filter(({ digest }) => digests.has(digest)).length }))
    .sort((a, b) => b.shared - a.shared);
  if (best === undefined || best.shared === 0) {
    throw new UsageError(
      `The text shares no sentence with any article. Name one: --article ${[...ledger.keys()].join('|')}`,
    );
  }
  return [best.slug, best.own];
}

function coverageText(
  { articles, statements, covered, fullyCovered, claims }: Coverage,
  problems: readonly string[],
): string {
  const width = Math.max(7, ...articles.map(({ article }) => article.length));
  const row = (name: string, ...numbers: (number | string)[]): string =>
    name.padEnd(width) + numbers.map((number) => String(number).padStart(12)).join('');
  return [
    row('article', 'statements', 'covered', 'in full'),
    ...articles.map((one) => row(one.article, one.statements, one.covered, one.fullyCovered)),
    row('all', statements, covered, fullyCovered),
    '',
    `${String(covered)} of ${String(statements)} statements covered; ${String(claims.written)} of ${String(claims.planned)} claims written.`,
    ...articles
      .filter(({ unmapped }) => unmapped.length > 0)
      .map(({ article, unmapped }) => `Not mapped in ${article}: sentence ${unmapped.join(', ')}.`),
    ...(problems.length === 0
      ? []
      : ['', 'Left out, because of problems:', ...problems.map((problem) => `  ${problem}`)]),
  ].join('\n');
}

function departureText(article: Article, sentences: number, found: readonly Departure[]): string {
  if (found.length === 0)
    return `All ${String(sentences)} sentences of ${article} are in its ledger, each mapped, none changed.`;
  return [
    `${String(found.length)} departures of the text from the ledger of ${article}:`,
    ...found.map((departure) => {
      const line = departure.kind === 'missing' ? departure.entry : departure.sentence;
      const known =
        departure.kind === 'changed' || departure.kind === 'unmapped' ? ` (ledger: ${String(departure.entry.n)})` : '';
      const carries =
        departure.kind === 'missing' || departure.kind === 'changed' ? carried(departure.entry.claims) : '';
      const text = departure.kind === 'missing' ? '' : ` ${beginning(departure.sentence.text)}`;
      return `  ${departure.kind.padEnd(8)} sentence ${String(line.n)}${known}, line ${String(line.paragraph)}:${text}${carries}`;
    }),
  ].join('\n');
}

const carried = (claims: readonly string[] | undefined): string =>
  claims === undefined ? '' : ` [${claims.join(', ')}]`;

const beginning = (text: string): string => (text.length > 70 ? `"${text.slice(0, 67)}..."` : `"${text}"`);
