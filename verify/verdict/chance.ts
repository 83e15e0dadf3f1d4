import { pValueOfBelow } from '../statistics/order-statistics.ts';
import { adjustedByHolm } from '../statistics/holm.ts';
import { confidence } from './context.ts';
import type { Evidence } from './evidence.ts';
import { readNumber } from './reading.ts';
import type { Rule } from './rule.ts';
import type { Combine, Outcome } from './verdict.ts';

interface Chancy {
  readonly outcome: Outcome;
  readonly rule?: Rule;
  readonly evidence?: Evidence | undefined;
}

/**
 * Where one finding among many of a kind is enough for the verdict, one may come out so by chance: under `all` one that
 * fails refutes, under `any` one that holds verifies, under `each` both name what they are of. Among sampled findings
 * with the same kind of rule, such an outcome counts only if it stands Holm's correction; otherwise it counts as undecided.
 * Where all agree no correction is due, because all of them had to be wrong together (intersection-union).
 */
export function withoutChance<T extends Chancy>(combine: Combine, findings: readonly T[]): readonly T[] {
  const enough = { all: ['fails'], any: ['holds'], each: ['holds', 'fails'] }[combine];
  if (new Set(findings.map(({ outcome }) => outcome.kind)).size < 2) return findings;
  const families = Map.groupBy(findings, ({ rule }) => rule?.kind);
  const chance = new Map<T, number>();
  for (const family of families.values()) {
    const sampled = family.filter(isSampled);
    const adjusted = adjustedByHolm(sampled.map((finding) => pValueOf(finding)));
    for (const [index, finding] of sampled.entries()) chance.set(finding, adjusted[index] ?? 1);
  }
  return findings.map((finding) => {
    const p = chance.get(finding);
    // The interval has two ends, each wrong half of the time that it is wrong.
    if (p === undefined || p <= (1 - confidence) / 2 || !enough.includes(finding.outcome.kind)) return finding;
    const because = `it ${finding.outcome.kind} by itself, which among ${String(families.get(finding.rule?.kind)?.length)} findings of its kind may be chance (Holm, p = ${p.toPrecision(2)})`;
    const { estimate } = finding.outcome;
    return { ...finding, outcome: { kind: 'undecided', because, ...(estimate === undefined ? {} : { estimate }) } };
  });
}

function isSampled({ rule, evidence }: Chancy): boolean {
  return rule !== undefined && (evidence?.kind === 'samples' || evidence?.kind === 'paired');
}

/** One-sided p-value of the outcome that came, by the sign test; 1 where none did. */
function pValueOf({ rule, evidence, outcome }: Chancy): number {
  if (rule === undefined || evidence === undefined) return 1;
  if (outcome.kind !== 'holds' && outcome.kind !== 'fails') return 1;
  if (['isTrue', 'isFalse', 'same', 'different', 'monotone'].includes(rule.kind)) return 1;
  const reading = readNumber(rule as Parameters<typeof readNumber>[0], evidence, {
    asMeasured: true,
    disturbed: false,
  });
  if (reading.kind !== 'reading') return 1;
  const { values, p, region } = reading;
  const n = values.length;
  const isBelow = (edge: number) => pValueOfBelow(values.filter((value) => value < edge).length, n, p);
  const isAbove = (edge: number) => pValueOfBelow(values.filter((value) => value > edge).length, n, 1 - p);
  const [from, to] = [region.from, region.to].map((edge) => (Number.isFinite(edge) ? edge : null));
  const sides = [
    ...(from === null || from === undefined ? [] : [outcome.kind === 'holds' ? isAbove(from) : isBelow(from)]),
    ...(to === null || to === undefined ? [] : [outcome.kind === 'holds' ? isBelow(to) : isAbove(to)]),
  ];
  // To hold it must be inside both edges; to fail, outside one of them.
  return outcome.kind === 'holds' ? Math.max(...sides) : Math.min(1, Math.min(...sides) * sides.length);
}
