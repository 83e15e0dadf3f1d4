import type { Evidence, Series } from '../verdict/evidence.ts';
import type { RunRecord } from './record.ts';

const columns = [
  'run',
  'claim',
  'finding',
  'control',
  'part',
  'subject',
  'quantity',
  'unit',
  'bound',
  'emulated',
  'clock',
  'sample',
  'at_ms',
  'value',
] as const;

type Cell = string | number | boolean;

/** Every sample of a record, one a line, in the order in which it was taken (RFC 4180). */
export function samplesCsv(record: RunRecord): string {
  const rows = record.claims.flatMap((claim) =>
    claim.findings.flatMap((finding) => [
      ...evidenceRows([record.run, claim.id, finding.id, ''], finding.evidence),
      ...finding.controls.flatMap((control) =>
        evidenceRows([record.run, claim.id, finding.id, control.id], control.evidence),
      ),
    ]),
  );
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function evidenceRows(from: readonly Cell[], evidence: Evidence | undefined): Cell[][] {
  return seriesOf(evidence).flatMap(([part, series]) =>
    series.samples.map(({ value, atMs }, index) => [
      ...from,
      part,
      series.subject,
      series.quantity,
      series.unit,
      series.bound,
      series.emulated,
      series.clock,
      index + 1,
      atMs,
      value,
    ]),
  );
}

function seriesOf(evidence: Evidence | undefined): [part: string, series: Series][] {
  switch (evidence?.kind) {
    case 'samples':
      return [['subject', evidence.series]];
    case 'paired':
      return [
        ['subject', evidence.subject],
        ['baseline', evidence.baseline],
      ];
    case 'ladder':
      return evidence.rungs.map((series, index) => [`rung ${String(index + 1)}`, series]);
    case 'amount':
    case 'amounts':
    case 'truth':
    case 'values':
    case undefined:
      return [];
  }
}

const cell = (value: Cell): string => {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
