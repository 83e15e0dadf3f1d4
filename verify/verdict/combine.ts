import { withoutChance } from './chance.ts';
import type { Evidence } from './evidence.ts';
import { formatInterval, formatValue } from './format.ts';
import type { Rule } from './rule.ts';
import type { Combine, Outcome, OutcomeKind, Verdict } from './verdict.ts';

/** As much of a finding as its claim's verdict needs. With rule and evidence, chance among many findings is corrected for. */
export interface CombinedFinding {
  readonly id: string;
  readonly label?: string;
  readonly role: 'judged' | 'supporting';
  readonly outcome: Outcome;
  readonly rule?: Rule;
  readonly evidence?: Evidence | undefined;
}

export interface CombinedVerdict {
  readonly verdict: Verdict;
  /** One sentence or two: why this verdict. */
  readonly summary: string;
}

/** The claim's verdict, by its findings alone (the kind of claim only matters in that `attributed` ones judge nothing). */
export function combineVerdict(
  combine: Combine,
  findings: readonly CombinedFinding[],
  kind?: 'measured' | 'observed' | 'documented' | 'attributed',
): CombinedVerdict {
  const judged = kind === 'attributed' ? [] : findings.filter(({ role }) => role === 'judged');
  const counted = withoutChance(combine, judged);
  const verdict = verdictOf(
    combine,
    counted.map(({ outcome }) => outcome.kind),
  );
  const brokenBeside = findings.filter((finding) => !judged.includes(finding) && finding.outcome.kind === 'broken');
  const beside = brokenBeside.map(({ id, outcome }) => ` Broken, though it does not count: ${named(id, outcome)}`);
  return { verdict, summary: `${summaryOf(verdict, counted)}${beside.join('')}`.slice(0, 2000) };
}

/** The table of DESIGN, section 2, first line that fits. */
export function verdictOf(combine: Combine, outcomes: readonly OutcomeKind[]): Verdict {
  if (outcomes.length === 0) return 'attributed';
  const some = (kind: OutcomeKind) => outcomes.includes(kind);
  const all = (kind: OutcomeKind) => outcomes.every((outcome) => outcome === kind);
  if (some('broken')) return 'broken';
  if (all('holds') || (combine === 'any' && some('holds'))) return 'verified';
  if (all('fails') || (combine === 'all' && some('fails'))) return 'refuted';
  if (combine === 'each' && some('holds') && some('fails')) return 'mixed';
  return some('undecided') ? 'inconclusive' : 'not-run';
}

function summaryOf(verdict: Verdict, findings: readonly CombinedFinding[]): string {
  const of = (kind: OutcomeKind) => findings.filter(({ outcome }) => outcome.kind === kind);
  const told = (kind: OutcomeKind) => of(kind).map(sentenceOf).join('; ');
  const count = (kind: OutcomeKind) => `${String(of(kind).length)} of ${String(findings.length)}`;
  const reasons = (kind: OutcomeKind) => reasonsOf(of(kind), findings.length);
  switch (verdict) {
    case 'attributed':
      return 'No experiment settles it; it is shown as its source states it.';
    case 'broken':
      return `The check is broken: ${reasons('broken')}`;
    case 'verified':
      return `${count('holds')} findings hold: ${told('holds')}.`;
    case 'refuted':
      return `${count('fails')} findings fail: ${told('fails')}.`;
    case 'mixed':
      return `Holds: ${told('holds')}. Fails: ${told('fails')}.${of('undecided').length > 0 ? ` Undecided: ${told('undecided')}.` : ''}`;
    case 'inconclusive':
      return `Undecided: ${reasons('undecided')}`;
    case 'not-run':
      return `Not run: ${reasons('not-run')}`;
  }
}

/** The finding in its own words, with its number where it has one. */
function sentenceOf({ id, label, outcome }: CombinedFinding): string {
  const { estimate } = outcome;
  if (estimate === undefined) return label ?? id;
  const interval = estimate.interval === null ? '' : ` (${formatInterval(estimate.interval, estimate.unit)})`;
  return `${label ?? id}: ${estimate.what} ${formatValue(estimate.value, estimate.unit)}${interval}`;
}

/** Each reason once: alone where it is that of every finding, else after the ids of those that it is the reason of. */
function reasonsOf(findings: readonly CombinedFinding[], all: number): string {
  const byReason = Map.groupBy(findings, ({ outcome }) =>
    'because' in outcome ? outcome.because.replace(/\.?$/, '.') : '',
  );
  const [[only] = ['']] = byReason;
  if (all > 1 && findings.length === all && byReason.size === 1) return only;
  return [...byReason].map(([because, those]) => `${those.map(({ id }) => id).join(', ')}: ${because}`).join(' ');
}

function named(id: string, outcome: Outcome): string {
  return 'because' in outcome ? `${id}: ${outcome.because.replace(/\.?$/, '.')}` : id;
}
