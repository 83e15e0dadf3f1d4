import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { Bound, Evidence, Quantity, Series } from './evidence.ts';
import { pairs, sampled, series } from './fixture.ts';
import { judgeFinding } from './finding.ts';
import type { Rule } from './rule.ts';

const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const couples = fc.array(fc.tuple(positive, positive), { minLength: 0, maxLength: 60 });
const bound = fc.constantFrom<Bound>('exact', 'upper', 'lower', 'none');
const quantity = fc.constantFrom<Quantity>('cost', 'rate', 'amount');
const factor = fc.double({ min: 0.1, max: 10, noNaN: true });
const margin = fc.double({ min: 0.01, max: 0.9, noNaN: true });

const ratioRule: fc.Arbitrary<Rule> = fc.oneof(
  factor.map((value): Rule => ({ kind: 'ratioAtLeast', factor: value })),
  factor.map((value): Rule => ({ kind: 'ratioAtMost', factor: value })),
  margin.map((value): Rule => ({ kind: 'notCostlier', margin: value })),
  margin.map((value): Rule => ({ kind: 'equivalent', margin: value })),
);

test('swapping the subjects and mirroring the rule gives the same outcome', () => {
  fc.assert(
    fc.property(couples, factor, bound, bound, (both, limit, mine, other) => {
      const [a, b] = [both.map(([x]) => x), both.map(([, y]) => y)];
      // A ratio within rounding of the limit may fall on either side of its mirror.
      fc.pre(both.every(([x, y]) => Math.abs(x / y / limit - 1) > 1e-9));
      const straight = decide(
        { kind: 'ratioAtLeast', factor: limit },
        pairs(a, b, { subject: { bound: mine }, baseline: { bound: other } }),
      );
      const swapped = decide(
        { kind: 'ratioAtMost', factor: 1 / limit },
        pairs(b, a, { subject: { bound: other }, baseline: { bound: mine } }),
      );
      expect(swapped.kind).toBe(straight.kind);
    }),
  );
});

test('equivalence does not depend on which subject comes first', () => {
  fc.assert(
    fc.property(couples, margin, (both, limit) => {
      const [a, b] = [both.map(([x]) => x), both.map(([, y]) => y)];
      const rule: Rule = { kind: 'equivalent', margin: limit };
      expect(decide(rule, pairs(a, b)).kind).toBe(decide(rule, pairs(b, a)).kind);
    }),
  );
});

test('a cost and the rate that is its inverse come out the same', () => {
  fc.assert(
    fc.property(couples, margin, (both, limit) => {
      fc.pre(both.every(([x, y]) => Math.abs(x / y / (1 + limit) - 1) > 1e-9));
      const rule: Rule = { kind: 'notCostlier', margin: limit };
      const [a, b] = [both.map(([x]) => x), both.map(([, y]) => y)];
      const inverse = (values: number[]) => values.map((value) => 1 / value);
      const asRate = pairs(inverse(a), inverse(b), { quantity: 'rate' });
      expect(decide(rule, asRate).kind).toBe(decide(rule, pairs(a, b)).kind);
    }),
  );
});

test('a ratio does not depend on the unit in which both sides are measured', () => {
  fc.assert(
    fc.property(couples, ratioRule, fc.constantFrom(2 ** -20, 2 ** 10, 2 ** 30), (both, rule, scale) => {
      const side = (index: 0 | 1, by: number) => both.map((pair) => pair[index] * by);
      // Powers of two scale without rounding.
      expect(decide(rule, pairs(side(0, scale), side(1, scale)))).toEqual(decide(rule, pairs(side(0, 1), side(1, 1))));
    }),
  );
});

test('a quantile does not depend on the unit, if the threshold is in it too', () => {
  fc.assert(
    fc.property(
      fc.array(positive, { maxLength: 60 }),
      positive,
      fc.constantFrom(2 ** -10, 2 ** 20),
      (values, threshold, scale) => {
        const rule = (by: number): Rule => ({
          kind: 'quantileBelow',
          quantile: 0.5,
          threshold: threshold * by,
          unit: 's',
        });
        const scaled = decide(rule(scale), sampled(values.map((value) => value * scale)));
        expect(scaled.kind).toBe(decide(rule(1), sampled(values)).kind);
      },
    ),
  );
});

const anyRule: fc.Arbitrary<Rule> = fc.oneof(
  ratioRule,
  fc.record({
    kind: fc.constantFrom('quantileBelow' as const, 'quantileAtLeast' as const),
    quantile: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    threshold: positive,
    unit: fc.constant('s' as const),
  }),
  fc.record({
    kind: fc.constant('monotone' as const),
    direction: fc.constantFrom('rising' as const, 'falling' as const),
    margin: fc.constantFrom(0, 0.05),
  }),
);

/** A slow guest, emulated, as every rule that can read it would have it; and the same from a faster guest. */
function guestEvidence(
  rule: Rule,
  values: number[],
  others: number[],
  kind: Quantity,
  changes: Partial<Series>,
): Evidence {
  switch (rule.kind) {
    case 'monotone':
      return {
        kind: 'ladder',
        rungs: [series(others, { quantity: kind }), series(values, { quantity: kind, ...changes })],
      };
    case 'quantileBelow':
    case 'quantileAtLeast':
      return sampled(values, { quantity: kind, ...changes });
    default:
      return pairs(values, others, { quantity: kind, subject: changes });
  }
}

/** Twelve values around a centre: narrow enough that most rules decide, and neither sorted nor drifting. */
const around = fc
  .tuple(positive, fc.array(fc.double({ min: 0.97, max: 1.03, noNaN: true }), { minLength: 12, maxLength: 12 }))
  .map(([centre, factors]) => factors.map((by) => centre * by));

test('an upper bound never makes a guest lose: what is decided would be decided of any faster guest', () => {
  const speedUp = fc.double({ min: 1, max: 1e4, noNaN: true });
  let decided = 0;
  fc.assert(
    fc.property(
      anyRule,
      around,
      around,
      fc.constantFrom<Quantity>('cost', 'rate'),
      speedUp,
      (rule, mine, others, kind, by) => {
        const changes: Partial<Series> = {
          bound: kind === 'cost' ? 'upper' : 'lower',
          emulated: true,
          subject: 'guest',
        };
        const slow = decide(rule, guestEvidence(rule, mine, others, kind, changes));
        if (slow.kind !== 'holds' && slow.kind !== 'fails') return;
        decided += 1;
        const faster = mine.map((x) => (kind === 'cost' ? x / by : x * by));
        expect(decide(rule, guestEvidence(rule, faster, others, kind, { subject: 'guest' })).kind).toBe(slow.kind);
      },
    ),
    { numRuns: 500 },
  );
  // The property must not hold by deciding nothing.
  expect(decided).toBeGreaterThan(50);
});

test('the outcome is a value: judging twice gives the same, whatever stands in the evidence', () => {
  fc.assert(
    fc.property(anyRule, couples, quantity, bound, (rule, both, kind, limit) => {
      const evidence = guestEvidence(
        rule,
        both.map(([x]) => x),
        both.map(([, y]) => y),
        kind,
        { bound: limit },
      );
      const judge = () =>
        judgeFinding({
          rule,
          role: 'judged',
          subject: { kind: 'evidence', evidence },
          controls: [{ id: 'itself', must: 'fail', taken: { kind: 'evidence', evidence } }],
        });
      const copy = structuredClone(evidence);
      expect(judge()).toEqual(judge());
      expect(evidence).toEqual(copy);
    }),
  );
});

test('doubt only lowers: floors and warnings never turn an outcome into another, only into undecided', () => {
  fc.assert(
    fc.property(
      anyRule,
      couples,
      fc.array(fc.tuple(positive, positive), { maxLength: 40 }),
      fc.boolean(),
      (rule, both, again, lowers) => {
        const evidence = guestEvidence(
          rule,
          both.map(([x]) => x),
          both.map(([, y]) => y),
          'cost',
          {},
        );
        const floor = [
          {
            where: 'host' as const,
            clock: 'cpu' as const,
            first: series(again.map(([x]) => x)),
            second: series(again.map(([, y]) => y)),
          },
        ];
        const plain = decide(rule, evidence).kind;
        const doubted = decide(rule, evidence, { floor, warnings: [{ what: 'load', value: '9', lowers }] }).kind;
        expect([plain, 'undecided']).toContain(doubted);
      },
    ),
  );
});
