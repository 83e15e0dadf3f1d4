import type { Evidence, Sample } from '../../../verify/verdict/evidence.ts';
import type { FindingRecord } from '../../../verify/record/record.ts';
import { captionOf, seriesOf, stripOf, thresholdsOf, type Line, type Strip } from './strip.ts';

/** The pictures of one finding: its samples with its controls', and, for pairs, the ratios that are judged. */
export function findingStrips(finding: FindingRecord): readonly Strip[] {
  const known = drawn.get(finding) ?? stripsOf(finding);
  drawn.set(finding, known);
  return known;
}

/** A page and two figures show the same ones. */
const drawn = new WeakMap<FindingRecord, readonly Strip[]>();

function stripsOf(finding: FindingRecord): readonly Strip[] {
  const { evidence } = finding;
  if (evidence === undefined) return [];
  return [valueStrip(finding, evidence), ratioStrip(finding, evidence)].filter((strip) => strip !== undefined);
}

function valueStrip({ rule, outcome, controls }: FindingRecord, evidence: Evidence): Strip | undefined {
  const own = seriesOf(evidence);
  const [first] = own;
  if (first === undefined) return undefined;
  const { unit } = first.series;
  const lines: Line[] = own.map(({ series, role }, index) => ({
    label: series.subject,
    role,
    unit,
    samples: series.samples,
    estimate: index === 0 && evidence.kind === 'samples' ? outcome.estimate : undefined,
  }));
  const opposed = controls.flatMap((control): Line[] => {
    const [series] = control.evidence === undefined ? [] : seriesOf(control.evidence);
    // A control in another unit has no place on this axis.
    if (series?.series.unit !== unit) return [];
    return [{ label: `Control: ${control.label}`, role: 'control', unit, samples: series.series.samples }];
  });
  return stripOf([...lines, ...opposed], unit, thresholdsOf(rule).values, captionOf(first.series));
}

function ratioStrip({ rule, outcome, controls }: FindingRecord, evidence: Evidence): Strip | undefined {
  if (evidence.kind !== 'paired') return undefined;
  // A rate turns round under "not costlier": the cost of an operation is what one over its rate says.
  const inverted = rule.kind === 'notCostlier' && evidence.subject.quantity === 'rate';
  const lines: Line[] = [
    {
      label: inverted
        ? `${evidence.baseline.subject} / ${evidence.subject.subject}`
        : `${evidence.subject.subject} / ${evidence.baseline.subject}`,
      role: 'subject',
      unit: '1',
      samples: pairRatios(evidence, inverted),
      estimate: outcome.estimate?.unit === '1' ? outcome.estimate : undefined,
    },
    ...controls.flatMap(({ label, evidence: of }): Line[] =>
      of?.kind === 'paired'
        ? [{ label: `Control: ${label}`, role: 'control', unit: '1', samples: pairRatios(of, inverted) }]
        : [],
    ),
  ];
  return stripOf(lines, '1', thresholdsOf(rule).ratios, 'ratio of each pair');
}

function pairRatios({ subject, baseline }: Extract<Evidence, { kind: 'paired' }>, inverted: boolean): Sample[] {
  return subject.samples.flatMap(({ value, atMs }, index) => {
    const other = baseline.samples[index]?.value;
    if (other === undefined) return [];
    const ratio = inverted ? other / value : value / other;
    return Number.isFinite(ratio) ? [{ value: ratio, atMs }] : [];
  });
}
