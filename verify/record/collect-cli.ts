import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { commandLine } from '../claim/command-line.ts';
import { UsageError } from '../claim/errors.ts';
import { bundleSuffix, parseAttestations } from './attestation.ts';
import { RecordError } from './errors.ts';
import { runIdSchema } from './record.ts';
import { readRecord } from './store.ts';
import { validated } from './validate.ts';

const runsFolder = fileURLToPath(new URL('../../runs', import.meta.url));
const usage = 'npm run collect -- <address of the published site> [--into FOLDER]';
const timeoutMs = 60_000;

const listSchema = z.object({ runs: z.array(z.object({ run: runIdSchema })) });

/**
 * `npm run collect`: brings the attested records of the published site that are not on file here, so that what was
 * published and cited stays when the site is made anew. A site that is not there yet has none.
 * @throws RecordError where the site does not answer, or gives a record other than its attestation names: a site made
 * without it would lose what was cited
 */
export async function main(args: readonly string[], print: (line: string) => void = console.log): Promise<number> {
  const { site, into, runs } = parse(args);
  const list = await fetched(new URL('api/v1/runs.json', site));
  if (list === null) {
    print('Nothing is published there yet.');
    return 0;
  }
  const onFile = new Set((await readdir(runs, { recursive: true }).catch(() => [])).map((name) => basename(name)));
  const published = validated(listSchema, jsonOf(list), 'The list of runs of the published site').runs;
  const missing = published.filter(({ run }) => !onFile.has(`${run}.json`));
  let brought = 0;
  for (const { run } of missing) if (await bring(run, site, into)) brought += 1;
  print(`${String(brought)} of ${String(published.length)} published records brought back.`);
  return 0;
}

function parse(args: readonly string[]) {
  const { values, positionals } = options(args);
  const [given, ...rest] = positionals;
  if (given === undefined || rest.length > 0 || !URL.canParse(given)) throw new UsageError(usage);
  return { site: new URL(given.endsWith('/') ? given : `${given}/`), into: values.into, runs: values.runs };
}

function options(args: readonly string[]) {
  return commandLine(args, usage, {
    allowPositionals: true,
    options: {
      into: { type: 'string', default: join(runsFolder, 'ci') },
      runs: { type: 'string', default: runsFolder },
    },
  });
}

/** One record with its attestations; false where none names it, for then it was kept with the project or contributed. */
async function bring(run: string, site: URL, into: string): Promise<boolean> {
  const bundles = await fetched(new URL(`api/v1/runs/${run}${bundleSuffix}`, site));
  if (bundles === null) return false;
  const bytes = await fetched(new URL(`api/v1/runs/${run}.json`, site));
  const digest = bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
  const attestations = parseAttestations(bundles.toString('utf8'), `${run}${bundleSuffix}`);
  const named = attestations.some(({ statement }) => statement.subject.some((one) => one.digest['sha256'] === digest));
  if (bytes === null || !named)
    throw new RecordError(`The published record of run ${run} is not the one that was attested.`);
  await mkdir(into, { recursive: true });
  const file = join(into, `${run}.json`);
  await writeFile(file, bytes);
  try {
    await readRecord(file);
  } catch (error) {
    await rm(file);
    throw error;
  }
  await writeFile(join(into, `${run}${bundleSuffix}`), bundles);
  return true;
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

/** What is at an address; null where nothing is. */
async function fetched(address: URL): Promise<Buffer | null> {
  const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) }).catch((cause: unknown) => {
    throw new RecordError(`The published site does not answer at ${address.pathname}. Try again.`, { cause });
  });
  if (response.status === 404) return null;
  if (!response.ok)
    throw new RecordError(`The published site answers ${String(response.status)} at ${address.pathname}.`);
  return Buffer.from(await response.arrayBuffer());
}
