import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readRecord } from '../../record/store.ts';
import { countsLine, sumCounts, type Counts } from './counts.ts';

const artifacts = fileURLToPath(new URL('../../../artifacts/', import.meta.url));
const countsSchema = z.object({ passed: z.number(), failed: z.number(), skipped: z.number() });

/**
 * The last line of .ci/run: tests and claims together, as their own reports count them. A claim that is broken failed;
 * one that was not run was skipped; every other verdict is a pass, for a refuted claim is a result.
 */
export async function ciSummary(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { tests: { type: 'string' }, verify: { type: 'string' } } });
  const total = sumCounts([
    await testCounts(`${artifacts}test-counts.json`, Number(values.tests)),
    await claimCounts(`${artifacts}verify.json`, Number(values.verify)),
  ]);
  process.stdout.write(`${countsLine(total)}\n`);
  return total.failed > 0 ? 1 : 0;
}

/** A status that speaks of failure where no count does is one failure: something died before it could count. */
function agreeing(counts: Counts, status: number): Counts {
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function testCounts(file: string, status: number): Promise<Counts> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return { passed: 0, failed: 1, skipped: 0 };
  return agreeing(countsSchema.parse(JSON.parse(text)), status);
}

async function claimCounts(file: string, status: number): Promise<Counts> {
  const record = await readRecord(file).catch(() => null);
  if (record === null) return { passed: 0, failed: 1, skipped: 0 };
  const verdicts = record.claims.map(({ verdict }) => verdict);
  const failed = verdicts.filter((verdict) => verdict === 'broken').length;
  const skipped = verdicts.filter((verdict) => verdict === 'not-run').length;
  return agreeing({ passed: verdicts.length - failed - skipped, failed, skipped }, status);
}
