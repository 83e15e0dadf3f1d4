import { differenceSentence, verdictSign } from './display.ts';
import type { Difference } from './expected.ts';
import { escaped } from './markdown.ts';
import { machineWords, type RunVerdicts } from './run-verdicts.ts';

/** Claims against kinds of machine, for a job's summary; what differs from the published verdicts first. */
export function verdictTable(runs: readonly RunVerdicts[], differences: readonly Difference[]): string {
  const machines = [...new Set(runs.map(machineWords))].sort();
  const ids = [...new Set(runs.flatMap(({ claims }) => claims.map(({ id }) => id)))].sort();
  const seen = new Map<string, string>();
  for (const run of runs) {
    for (const { id, verdict } of run.claims) {
      const place = `${id} ${machineWords(run)}`;
      const known = seen.get(place);
      const cell = `${verdictSign[verdict]} ${verdict}`;
      seen.set(place, known === undefined || known === cell ? cell : `${known}, ${cell}`);
    }
  }
  const partial = runs.filter(({ state }) => state === 'partial');
  return [
    `## ${String(ids.length)} claims, ${String(runs.length)} runs`,
    '',
    ...(partial.length === 0 ? [] : [`> Ended early: ${partial.map(({ run }) => run).join(', ')}.`, '']),
    ...differences.map((one) => `- ${escaped(differenceSentence(one))}`),
    ...(differences.length === 0 ? ['Every verdict is as published, or was not published yet.'] : []),
    '',
    `| Claim | ${machines.map(escaped).join(' | ')} |`,
    `| --- |${' --- |'.repeat(machines.length)}`,
    ...ids.map((id) => `| ${id} | ${machines.map((machine) => seen.get(`${id} ${machine}`) ?? '').join(' | ')} |`),
    '',
  ].join('\n');
}
