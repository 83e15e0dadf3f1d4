import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import type { Interruption } from './interruption.ts';
import type { VerifyOptions } from './options.ts';
import { runOnce } from './run-once.ts';
import { withExpected, type Publication } from './expected-block.ts';
import type { Claim } from '../claim/catalogue.ts';
import { publishedVerdict } from '../record/expected.ts';
import { publishHistory } from '../record/history-cli.ts';
import { capabilityOf } from '../record/host.ts';
import type { RunRecord } from '../record/record.ts';

export interface UpdateSetting {
  readonly options: VerifyOptions;
  readonly claims: readonly Claim[];
  readonly first: RunRecord;
  readonly stop: Interruption;
}

/** A verdict of this run that is not the published one for this class of machine. */
interface Change {
  readonly claim: Claim;
  readonly from: string;
  readonly publication: Publication;
}

/**
 * Publishes this machine's verdicts: shows what would change, runs the claims in question a second time, and writes into
 * their files only what both runs found. Inconclusive, broken and unrun claims are never published. Returns sentences.
 */
export async function updateExpected({ options, claims, first, stop }: UpdateSetting): Promise<string[]> {
  const changes = changesIn(first, claims);
  if (changes.length === 0) return ['Every published verdict is as found; nothing to update.'];
  const lines = changes.map(({ claim, from, publication }) => `  ${claim.id}: ${from} -> ${publication.verdict}`);
  process.stderr.write(`\nPublished verdicts that would change:\n${lines.join('\n')}\n`);
  if (!(await agreed(options.yes)))
    return ['Nothing was changed: a published verdict changes only after a second run confirms it.'];

  const again = changes.map(({ claim }) => claim);
  const { record: second } = await runOnce({
    options: { ...options, seed: options.seed + 1 },
    claims: again,
    lie: null,
    stop,
  });
  if (second === null || stop.signal.aborted)
    return ['The confirming run did not come to its end; nothing was changed.'];
  const told: string[] = [];
  for (const { claim, from, publication } of changes) {
    const confirmed = second.claims.find(({ id }) => id === claim.id)?.verdict;
    if (confirmed !== publication.verdict) {
      told.push(
        `${claim.id}: left as it is. The first run said ${publication.verdict}, the second ${confirmed ?? 'nothing'}.`,
      );
      continue;
    }
    const text = await readFile(claim.mdxFile, 'utf8');
    await writeFile(claim.mdxFile, withExpected(text, { ...publication, run: second.run }));
    told.push(`${claim.id}: ${from} -> ${publication.verdict}, confirmed by run ${second.run}.`);
  }
  await publishHistory();
  return told;
}

function changesIn(record: RunRecord, claims: readonly Claim[]): Change[] {
  return record.claims.flatMap((found) => {
    const claim = claims.find(({ id }) => id === found.id);
    if (claim === undefined || ['broken', 'inconclusive', 'not-run'].includes(found.verdict)) return [];
    const published = publishedVerdict(claim.frontmatter.expected, record.host);
    if (published?.verdict === found.verdict) return [];
    const on = published?.on ?? { acceleration: capabilityOf(record.host).acceleration };
    return [
      {
        claim,
        from: published?.verdict ?? 'unpublished',
        publication: { on, verdict: found.verdict, run: record.run },
      },
    ];
  });
}

async function agreed(yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) return false;
  using prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question('Run these claims once more, and publish what both runs say? [y/N] ');
  return /^y(es)?$/i.test(answer.trim());
}
