import type { Verdict } from '../verdict/verdict.ts';
import type { Difference } from './expected.ts';
import type { ClaimRecord, RunRecord } from './record.ts';

/** A sign beside the word, so that a verdict is told twice and never by colour alone. */
export const verdictSign: Readonly<Record<Verdict, string>> = {
  verified: '✓',
  refuted: '✗',
  mixed: '±',
  inconclusive: '?',
  'not-run': '-',
  attributed: '"',
  broken: '!',
};

/** `850 ms`, `12.3 s`, `4 min 5 s`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))} ms`;
  if (ms < 99_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}

export function differenceSentence({ claim, kind, published, found }: Difference): string {
  const why = {
    changed: `${claim} is published as ${published} and came out ${found}.`,
    weaker: `${claim} is published as ${published}; this run could not decide it.`,
    stronger: `${claim} is published as ${published}; this run decided it: ${found}.`,
    broken: `${claim} is published as ${published}; its check is broken here.`,
  };
  return why[kind];
}

/** "14 claims: 9 verified, 3 refuted, 2 not-run". Verdicts in the order of the schema. */
export function tally({ claims }: { readonly claims: readonly { readonly verdict: Verdict }[] }): string {
  const counts = (Object.keys(verdictSign) as Verdict[])
    .map((verdict) => ({ verdict, count: claims.filter((claim) => claim.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${String(count)} ${verdict}`);
  return `${String(claims.length)} ${claims.length === 1 ? 'claim' : 'claims'}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`;
}

/** The summary on one line. */
export const oneLine = ({ summary }: Pick<ClaimRecord, 'summary'>): string => summary.replace(/\s+/g, ' ').trim();

/** What the reader must know of a run before its verdicts: that it is partial, emulated, or on a noisy machine. */
export function caveats(record: RunRecord): string[] {
  const { kind, because } = record.host.accelerator;
  return [
    ...(record.state === 'partial' ? [`This run is partial: ${record.because ?? 'it ended early'}.`] : []),
    ...(kind === 'tcg' ? [`Guests were emulated, so their times are upper bounds: ${because}.`] : []),
    ...record.warnings.map(({ what, value, advice }) => `${what}: ${value}. ${advice}`),
  ].map((text) => text.replace(/\.\.$/, '.'));
}
