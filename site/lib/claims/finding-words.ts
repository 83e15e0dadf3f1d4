import type { Evidence } from '../../../verify/verdict/evidence.ts';
import type { ControlRecord } from '../../../verify/record/record.ts';
import { formatNumber, formatQuantity } from '../format/quantity.ts';

/** How a control came out, against how it had to: what lets a finding stand, or not. */
export function controlInWords({ must, outcome }: ControlRecord): string {
  const declared = `Must ${must}`;
  switch (outcome.kind) {
    case 'holds':
      return `${declared}; holds: ${must === 'hold' ? 'as declared' : 'not as declared'}.`;
    case 'fails':
      return `${declared}; fails: ${must === 'fail' ? 'as declared' : 'not as declared'}.`;
    case 'undecided':
      return `${declared}; is undecided.`;
    case 'not-run':
      return `${declared}; was not run.`;
    case 'broken':
      return `${declared}; is broken.`;
  }
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
