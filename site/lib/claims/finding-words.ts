import type { Evidence } from '../../../verify/verdict/evidence.ts';
import type { ControlRecord } from '../../../verify/record/record.ts';
import { formatNumber, formatQuantity } from '../format/quantity.ts';

/** A control that came out as it was declared is what lets a finding stand. */
export function controlBehaved({ must, outcome }: ControlRecord): 'as declared' | 'not as declared' | 'undecided' {
  if (outcome.kind === 'holds') return must === 'hold' ? 'as declared' : 'not as declared';
  if (outcome.kind === 'fails') return must === 'fail' ? 'as declared' : 'not as declared';
  return outcome.kind === 'broken' ? 'not as declared' : 'undecided';
}

/** Any part of the evidence that was taken in a guest without hardware acceleration. */
export function isEmulated(evidence: Evidence | undefined): boolean {
  switch (evidence?.kind) {
    case 'samples':
      return evidence.series.emulated;
    case 'paired':
      return evidence.subject.emulated || evidence.baseline.emulated;
    case 'ladder':
      return evidence.rungs.some(({ emulated }) => emulated);
    case 'amount':
    case 'amounts':
    case 'truth':
    case 'values':
    case undefined:
      return false;
  }
}

/** Evidence without samples, as rows of a small table: what was looked at, and what was seen. */
export function observedRows(evidence: Evidence | undefined): readonly { label: string; value: string }[] {
  switch (evidence?.kind) {
    case 'amount':
      return [{ label: evidence.subject, value: formatQuantity(evidence.value, evidence.unit, { digits: 6 }) }];
    case 'amounts':
      return [evidence.subject, evidence.baseline].map(({ label, value }) => ({
        label,
        value: formatQuantity(value, evidence.unit, { digits: 6 }),
      }));
    case 'truth':
      return [{ label: evidence.value ? 'Observed' : 'Not observed', value: evidence.saw }];
    case 'values':
      return evidence.items.map(({ label, value }) => ({ label, value: scalarInWords(value) }));
    case 'samples':
    case 'paired':
    case 'ladder':
    case undefined:
      return [];
  }
}

export function scalarInWords(value: string | number | boolean | null): string {
  switch (typeof value) {
    case 'boolean':
      return value ? 'yes' : 'no';
    case 'number':
      return formatNumber(value, 6);
    case 'string':
      return value;
    default:
      return '–';
  }
}
