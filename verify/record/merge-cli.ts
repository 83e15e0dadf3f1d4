import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { commandLine } from '../claim/command-line.ts';
import { loadCatalogue } from '../claim/catalogue.ts';
import { differenceSentence, tally } from './display.ts';
import { compareExpected, type Difference } from './expected.ts';
import { mergeFiles } from './merge-files.ts';
import { recordFiles } from './record-files.ts';
import { machineWords, type RunVerdicts } from './run-verdicts.ts';
import { tellRunner } from './tell-runner.ts';
import { testResult } from './test-result.ts';
import { verdictTable } from './verdict-table.ts';

const usage = `npm run merge -- <record.json | folder> ... [options]

  --into FOLDER     where the merged records go, a file per run (artifacts/records)
  --predicate FILE  also write the test-result predicate of an in-toto attestation over them
  --strict          exit 1 where a verdict differs from the published one

Parts of one run become one record; runs, and so hosts, stay apart.
Exit status: 4 wrong usage, 3 nothing was run, 2 something is broken or contradicts itself, 1 changed under --strict, 0.`;

/** `npm run merge`. Returns the exit status. */
export async function main(args: readonly string[], print: (line: string) => void = console.log): Promise<number> {
  const { values, positionals } = parse(args);
  const files = await recordFiles(positionals, usage);
  const runs = await mergeFiles(files, values.into);
  const catalogue = await loadCatalogue();
  const differences = runs.flatMap((run) => compareExpected(run, catalogue));
  print(
    `${String(files.length)} ${files.length === 1 ? 'file' : 'files'}, ${String(runs.length)} in ${shown(values.into)}`,
  );
  for (const run of runs) print(`  ${run.run} (${machineWords(run)}): ${tally(run)}`);
  for (const difference of differences) print(differenceSentence(difference));
  await tellRunner(verdictTable(runs, differences), differences, print);
  if (values.predicate !== undefined) await writePredicate(values.predicate, runs);
  return statusOf(runs, differences, values.strict);
}

function parse(args: readonly string[]) {
  return commandLine(args, usage, {
    allowPositionals: true,
    options: {
      into: { type: 'string', default: 'artifacts/records' },
      predicate: { type: 'string' },
      strict: { type: 'boolean', default: false },
    },
  });
}

const shown = (folder: string): string => relative(process.cwd(), folder) || '.';

async function writePredicate(file: string, runs: readonly RunVerdicts[]): Promise<void> {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = process.env;
  const page =
    server === undefined || repository === undefined || id === undefined
      ? undefined
      : `${server}/${repository}/actions/runs/${id}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(testResult(runs, page), null, 2)}\n`);
}

function statusOf(runs: readonly RunVerdicts[], differences: readonly Difference[], strict: boolean): number {
  const claims = runs.flatMap((run) => run.claims);
  if (claims.every(({ verdict }) => verdict === 'not-run')) return 3;
  if (claims.some(({ broken }) => broken)) return 2;
  return strict && differences.some(({ kind }) => kind === 'changed') ? 1 : 0;
}
