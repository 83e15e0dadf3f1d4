import type { Rule } from '../../verify/verdict/rule.ts';
import { formatNumber, formatQuantity } from './format/quantity.ts';

/** A rule in English, with its threshold as people read it. */
export function ruleInWords(rule: Rule): string {
  switch (rule.kind) {
    case 'quantileBelow':
      return `Holds when ${quantile(rule.quantile)} lies below ${formatQuantity(rule.threshold, rule.unit)}, with its whole 95% interval.`;
    case 'quantileAtLeast':
      return `Holds when ${quantile(rule.quantile)} is at least ${formatQuantity(rule.threshold, rule.unit)}, with its whole 95% interval.`;
    case 'notCostlier':
      return `Holds when the cost ratio lies below ${formatNumber(1 + rule.margin, 4)}, with its whole 95% interval.`;
    case 'equivalent':
      return `Holds when the ratio lies between ${formatNumber(1 / (1 + rule.margin), 3)} and ${formatNumber(1 + rule.margin, 4)}, with its whole 95% interval.`;
    case 'ratioAtLeast':
      return `Holds when the ratio is at least ${formatNumber(rule.factor, 4)}, with its whole 95% interval.`;
    case 'ratioAtMost':
      return `Holds when the ratio is at most ${formatNumber(rule.factor, 4)}, with its whole 95% interval.`;
    case 'isTrue':
      return 'Holds when it is observed.';
    case 'isFalse':
      return 'Holds when it is not observed.';
    case 'same':
      return 'Holds when all values are the same.';
    case 'different':
      return 'Holds when no two values are the same.';
    case 'monotone':
      return rule.margin === 0
        ? `Holds when the medians are ${rule.direction} from step to step.`
        : `Holds when the medians are ${rule.direction} by more than ${formatNumber(rule.margin * 100, 3)}% from step to step.`;
    case 'countAtLeast':
      return `Holds when it is at least ${formatNumber(rule.count, 6)}.`;
  }
}

function quantile(share: number): string {
  return share === 0.5 ? 'the median' : `the ${formatNumber(share * 100, 4)}th percentile`;
}
