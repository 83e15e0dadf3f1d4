import type { Series } from '../../../verify/verdict/evidence.ts';
import type { Outcome } from '../../../verify/verdict/verdict.ts';
import type { FindingRecord } from '../../../verify/record/record.ts';
import { estimateInWords } from '../format/estimate.ts';
import { formatQuantity } from '../format/quantity.ts';
import { outcomeWords } from '../verdict-words.ts';
import type { CellSource } from './rows.ts';

export interface CellWords {
  readonly value: string;
  readonly note: string;
}

/** What a cell of the comparison says of a finding in a run; nothing where that finding has no such part. */
export function cellInWords(
  finding: FindingRecord,
  { part, words }: Pick<CellSource, 'part' | 'words'>,
): CellWords | undefined {
  const { outcome, evidence, controls } = finding;
  if (outcome.kind === 'not-run' || outcome.kind === 'broken') return undefined;
  if (part === 'judged') return outcomeInWords(outcome, words);
  if (typeof part === 'object') {
    const control = controls.find(({ id }) => id === part.control);
    return control && outcomeInWords(control.outcome, words);
  }
  if (evidence?.kind === 'amounts') {
    return { value: formatQuantity(evidence[part].value, evidence.unit), note: evidence[part].label };
  }
  if (evidence?.kind !== 'paired') return undefined;
  const series = evidence[part];
  const middle = medianOf(series);
  if (middle === undefined) return undefined;
  const emulated = series.emulated ? ', emulated' : '';
  return { value: formatQuantity(middle, series.unit), note: `median of ${String(series.samples.length)}${emulated}` };
}

function outcomeInWords(outcome: Outcome, words: CellSource['words']): CellWords {
  if (outcome.estimate !== undefined) {
    const { value, interval } = estimateInWords(outcome.estimate);
    return { value, note: interval };
  }
  const decided = outcome.kind === 'holds' || outcome.kind === 'fails';
  return { value: (decided ? words?.[outcome.kind] : undefined) ?? outcomeWords[outcome.kind].label, note: '' };
}

function medianOf({ samples }: Series): number | undefined {
  const sorted = samples.map(({ value }) => value).sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return low === undefined || high === undefined ? undefined : low / 2 + high / 2;
}
