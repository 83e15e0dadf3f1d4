import type { JudgeContext } from './context.ts';
import { decideLadder } from './decide-ladder.ts';
import { decideNumber, lowering } from './decide-number.ts';
import type { Evidence } from './evidence.ts';
import { misfit, readNumber } from './reading.ts';
import type { Rule } from './rule.ts';
import type { Outcome } from './verdict.ts';

/** What a rule says of evidence, before controls. Evidence of a kind that the rule cannot read is `broken`. */
export function decide(rule: Rule, evidence: Evidence, context: JudgeContext = {}): Outcome {
  switch (rule.kind) {
    case 'isTrue':
    case 'isFalse':
      if (evidence.kind !== 'truth') return misfit(rule, evidence, 'an observation');
      if (evidence.value === null) return { kind: 'undecided', because: evidence.saw };
      return { kind: evidence.value === (rule.kind === 'isTrue') ? 'holds' : 'fails' };
    case 'same':
    case 'different': {
      if (evidence.kind !== 'values') return misfit(rule, evidence, 'values');
      const distinct = new Set(evidence.items.map(({ value }) => value)).size;
      return { kind: distinct === (rule.kind === 'same' ? 1 : evidence.items.length) ? 'holds' : 'fails' };
    }
    case 'monotone':
      if (evidence.kind !== 'ladder') return misfit(rule, evidence, 'a ladder');
      return decideLadder(rule, evidence.rungs, context);
    default: {
      const disturbed = lowering(context) !== '';
      const reading = readNumber(rule, evidence, { asMeasured: context.asMeasured ?? false, disturbed });
      return reading.kind === 'reading' ? decideNumber(reading, context) : reading;
    }
  }
}
