import { styleText } from 'node:util';
import { needsOf, stagesOf, type Stage } from './stages.ts';
import { whyRehearsal, whyWithheld, whyWithoutCheck } from '../check/withheld.ts';
import type { Claim } from '../claim/catalogue.ts';
import { missingHere } from '../setup/missing-here.ts';

/** `--list`: every claim with its statement and what it needs. Returns the exit status. */
export function printList(claims: readonly Claim[], problems: readonly string[]): number {
  for (const claim of claims) {
    const needs = [...needsOf(claim)].join(', ') || 'nothing';
    const { quiet } = claim.frontmatter;
    const machine = quiet === false ? '' : `, on a ${quiet === 'calm' ? 'calm' : 'quiet'} machine`;
    const kind = `${claim.frontmatter.kind}${machine}`;
    process.stdout.write(`${styleText('bold', claim.id)}\n  ${claim.frontmatter.statement}\n`);
    process.stdout.write(styleText('gray', `  ${kind}; needs ${needs}\n`));
  }
  process.stdout.write(`\n${String(claims.length)} claims\n`);
  return mention(problems);
}

/** `--plan`: what would run here, in which order; what would not, and why. Starts nothing. Returns the exit status. */
export async function printPlan(
  claims: readonly Claim[],
  problems: readonly string[],
  profile: 'quick' | 'full',
): Promise<number> {
  const missing = await missingHere();
  for (const stage of stagesOf(claims, { missing, profile })) {
    process.stdout.write(`${styleText('bold', stageTitle(stage))}\n`);
    for (const claim of stage.claims) {
      const why = whyWithoutCheck(claim, { profile, missing });
      const reasons = why === null ? [] : new Set(Object.values(claim.frontmatter.findings).map(why));
      process.stdout.write(
        why === null ? `  ${claim.id}\n` : `  ${claim.id}: not run here. ${[...reasons].join(' ')}\n`,
      );
      for (const line of why === null ? withheld(claim, profile, missing) : []) process.stdout.write(`    ${line}\n`);
    }
  }
  const unchecked = claims.filter(({ checkFile }) => checkFile === null);
  if (unchecked.length > 0) {
    process.stdout.write(`${styleText('bold', 'Attributed, without an experiment')}\n`);
    for (const { id } of unchecked) process.stdout.write(`  ${id}\n`);
  }
  return mention(problems);
}

/** Findings of a claim that would be left out or only rehearsed, a sentence each. */
function withheld(claim: Claim, profile: 'quick' | 'full', missing: Awaited<ReturnType<typeof missingHere>>): string[] {
  return Object.entries(claim.frontmatter.findings).flatMap(([id, spec]) => {
    const withheld = whyWithheld(spec, { profile, missing });
    if (withheld !== null) return [`${id}: not run. ${withheld}`];
    const rehearsal = whyRehearsal(spec, { missing });
    return rehearsal === null ? [] : [`${id}: a rehearsal, not judged. ${rehearsal}`];
  });
}

function stageTitle({ name, atOnce }: Stage): string {
  const title = {
    'needs nothing': 'While set-up goes on',
    engine: 'With an engine',
    guests: 'With guests',
    calm: 'On a calm machine',
    quiet: 'On a quiet machine',
  };
  return `${title[name]}, ${atOnce > 1 ? 'side by side' : 'one after the other'}`;
}

function mention(problems: readonly string[]): number {
  for (const line of problems) process.stderr.write(`! ${line}\n`);
  return problems.length > 0 ? 2 : 0;
}
