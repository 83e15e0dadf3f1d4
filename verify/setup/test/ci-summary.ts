import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isBroken } from '../../record/exit-status.ts';
import { readRecord } from '../../record/store.ts';
import { countsLine, sumCounts, type Counts } from './counts.ts';

const artifacts = fileURLToPath(new URL('../../../artifacts/', import.meta.url));
const countsSchema = z.object({
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  failures: z.array(z.string()).default([]),
});

/**
 * The last lines of .ci/run: what failed, then tests and claims together, as their own reports count them. A claim that
 * is broken failed; one that was not run was skipped; every other verdict is a pass, for a refuted claim is a result.
 */
export async function ciSummary(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { tests: { type: 'string' }, verify: { type: 'string' } } });
  const total = sumCounts([
    await testCounts(`${artifacts}test-counts.json`, Number(values.tests)),
    await claimCounts(`${artifacts}verify.json`, Number(values.verify)),
  ]);
  for (const failure of total.failures ?? []) process.stdout.write(`failed: ${failure}\n`);
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
  const broken = record.claims.filter(isBroken);
  const skipped = record.claims.filter((claim) => claim.verdict === 'not-run' && !isBroken(claim)).length;
  const failures = broken.map(({ id, findings, summary }) => {
    const reasons = findings.flatMap((finding) =>
      finding.outcome.kind === 'broken' ? [`${finding.id}: ${finding.outcome.because}`] : [],
    );
    return `${id}: ${(reasons[0] ?? summary).split('\n', 1)[0] ?? ''}`;
  });
  const passed = record.claims.length - broken.length - skipped;
  return agreeing({ passed, failed: broken.length, skipped, failures }, status);
}
