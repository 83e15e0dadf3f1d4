import { caveats, differenceSentence, durationText, oneLine, tally, verdictSign } from './display.ts';
import type { Difference } from './expected.ts';
import type { RunRecord } from './record.ts';

/** A verdict table for a job summary or a pull request, what differs from the published verdicts first. */
export function markdown(record: RunRecord, differences: readonly Difference[] = []): string {
  const differing = new Set(differences.map(({ claim }) => claim));
  const claims = [...record.claims].sort((a, b) => Number(differing.has(b.id)) - Number(differing.has(a.id)));
  return [
    `## Run ${record.run}`,
    '',
    `${tally(record)}.`,
    '',
    ...(differences.length === 0
      ? []
      : [
          '### Differs from what is published',
          '',
          ...differences.map((one) => `- ${escaped(differenceSentence(one))}`),
          '',
        ]),
    ...caveats(record).flatMap((text) => [`> ${escaped(text)}`, '']),
    '| Claim | Verdict | What came out | Time |',
    '| --- | --- | --- | ---: |',
    ...claims.map(
      (claim) =>
        `| ${claim.id} | ${verdictSign[claim.verdict]} ${claim.verdict} | ${escaped(oneLine(claim))} | ${durationText(claim.durationMs)} |`,
    ),
    '',
  ].join('\n');
}

/** Text that is not ours must not become markup: what a container printed may stand in it. */
export function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>|#!~@&]/g, (mark) => `\\${mark}`);
}
