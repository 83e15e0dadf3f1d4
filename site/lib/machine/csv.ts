import type { ClaimRecord } from '../../../verify/record/record.ts';
import { seriesOf } from '../chart/strip.ts';

const columns = ['claim', 'finding', 'control', 'subject', 'role', 'index', 'value', 'unit', 'at_ms'] as const;

/** Every sample of a claim's run, one a line, in SI units and in the order in which they were taken (RFC 4180). */
export function samplesCsv({ id, findings }: ClaimRecord): string {
  const rows = findings.flatMap((finding) => [
    ...rowsOf([id, finding.id, ''], finding.evidence),
    ...finding.controls.flatMap((control) => rowsOf([id, finding.id, control.id], control.evidence)),
  ]);
  return [columns, ...rows].map((row) => row.map(csvField).join(',')).join('\r\n') + '\r\n';
}

function rowsOf(
  prefix: readonly string[],
  evidence: ClaimRecord['findings'][number]['evidence'],
): (string | number)[][] {
  if (evidence === undefined) return [];
  return seriesOf(evidence).flatMap(({ series, role }) =>
    series.samples.map(({ value, atMs }, index) => [...prefix, series.subject, role, index, value, series.unit, atMs]),
  );
}

/** A field that a spreadsheet might take for a formula begins with an apostrophe: a record is anybody's text. */
export function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
