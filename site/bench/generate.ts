import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClaimFrontmatter } from '../../verify/claim/claim.ts';
import { recordSchema } from '../../verify/record/record.ts';
import { frontmatterOf } from '../fixtures/claims.ts';
import { fixtureHost, fixtureRecord } from '../fixtures/record.ts';

/** Claims a record holds: a run of a shard, or of what somebody's machine can do. */
const claimsARecord = 40;
const topics = 20;

export interface Generated {
  readonly claims: string;
  readonly records: string;
}

/** Writes made-up claims and records below a folder: the project's own claims over and over, under other names. */
export async function generate(folder: string, counts: { claims: number; records: number }): Promise<Generated> {
  const real = [...(await frontmatterOf('claims'))];
  const made = new Map<string, ClaimFrontmatter>();
  const [claims, records] = [join(folder, 'claims'), join(folder, 'records')];
  for (let topic = 0; topic < topics; topic += 1)
    await mkdir(join(claims, `topic-${String(topic)}`), { recursive: true });
  for (let n = 0; n < counts.claims; n += 1) {
    const [from, frontmatter] = real[n % real.length] ?? real[0] ?? ['', undefined];
    if (frontmatter === undefined) throw new Error('There is no claim below claims/ to make others from.');
    const id = `topic-${String(n % topics)}/claim-${String(n)}`;
    made.set(id, frontmatter);
    await writeFile(join(claims, `${id}.mdx`), await readFile(join('claims', `${from}.mdx`)));
    if (frontmatter.kind !== 'attributed') {
      await writeFile(join(claims, `${id}.check.ts`), await readFile(join('claims', `${from}.check.ts`)));
    }
  }
  await mkdir(records, { recursive: true });
  const all = [...made];
  for (let n = 0; n < counts.records; n += 1) {
    const few = Array.from(
      { length: Math.min(claimsARecord, all.length) },
      (_, index) => all[(n * claimsARecord + index) % all.length],
    );
    const run = `2026${twoDigits(1 + (n % 12))}${twoDigits(1 + (n % 28))}T101502Z-${n.toString(16).padStart(8, '0')}`;
    const host = { ...fixtureHost, cpus: 1 + (n % 64), lsms: n % 2 === 0 ? ['apparmor'] : [] };
    const record = fixtureRecord(new Map(few.filter((one) => one !== undefined)), { run, host, seed: n });
    await writeFile(join(records, `${run}.json`), JSON.stringify(recordSchema.parse(record)));
  }
  return { claims, records };
}

const twoDigits = (n: number): string => String(n).padStart(2, '0');

/** The texts of claims as plain Markdown with their frontmatter, for generators that know no MDX. */
export async function copyAsMarkdown(claims: string, folder: string): Promise<void> {
  const files = (await readdir(claims, { recursive: true })).filter((file) => file.endsWith('.mdx'));
  for (const file of files) {
    const to = join(folder, file.replace(/\.mdx$/, '.md'));
    await mkdir(join(to, '..'), { recursive: true });
    await writeFile(to, await readFile(join(claims, file)));
  }
}
