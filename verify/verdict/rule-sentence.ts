import { formatValue, quantileName } from './format.ts';
import type { Rule } from './rule.ts';

/** A rule in English: when it holds and when it fails. Whatever is neither is undecided. */
export function ruleSentence(rule: Rule): string {
  const whole = 'the whole 95% interval of';
  switch (rule.kind) {
    case 'quantileBelow': {
      const limit = formatValue(rule.threshold, rule.unit);
      return `Holds if ${whole} the ${quantileName(rule.quantile)} lies below ${limit}; fails if it lies at or above.`;
    }
    case 'quantileAtLeast': {
      const limit = formatValue(rule.threshold, rule.unit);
      return `Holds if ${whole} the ${quantileName(rule.quantile)} is at least ${limit}; fails if it lies below.`;
    }
    case 'notCostlier': {
      const limit = formatValue(1 + rule.margin, '1');
      return `Holds if ${whole} the cost ratio lies below ${limit} (non-inferiority within ${percent(rule.margin)}); fails if it lies at or above.`;
    }
    case 'equivalent': {
      const [low, high] = [formatValue(1 / (1 + rule.margin), '1'), formatValue(1 + rule.margin, '1')];
      return `Holds if ${whole} the ratio lies within ${low} to ${high} (equivalence within ${percent(rule.margin)}); fails if it lies outside.`;
    }
    case 'ratioAtLeast':
      return `Holds if ${whole} the ratio is at least ${formatValue(rule.factor, '1')}; fails if it lies below.`;
    case 'ratioAtMost':
      return `Holds if ${whole} the ratio is at most ${formatValue(rule.factor, '1')}; fails if it lies above.`;
    case 'isTrue':
      return 'Holds if it is observed; fails if it is not.';
    case 'isFalse':
      return 'Holds if it is not observed; fails if it is.';
    case 'same':
      return 'Holds if all values are the same; fails if any differs.';
    case 'different':
      return 'Holds if no two values are the same; fails if any two are.';
    case 'monotone': {
      const by = rule.margin === 0 ? '' : ` by more than ${percent(rule.margin)}`;
      const moves = rule.direction === 'rising' ? 'rises' : 'falls';
      return `Holds if it ${moves}${by} at every step, with ${whole} the step; fails if at any step that interval lies at or short of the margin.`;
    }
    case 'countAtLeast':
      return `Holds if there are at least ${formatValue(rule.count, '1')}; fails if there are fewer.`;
  }
}

const percent = (share: number): string => `${String(Number((share * 100).toPrecision(4)))}%`;
