import { parse } from 'yaml';
import { z } from 'zod';
import { LabError } from '../lab/errors.ts';
import type { Subject } from '../lab/subject.ts';

/** A fixed amount of work of one kind; see stress-ng(1). */
export interface StressJob {
  /** "cpu", "vm", "mmap", "switch", ... */
  readonly stressor: string;
  readonly operations: number;
  /** More arguments, such as ["--cpu-method", "int64"]. */
  readonly extra?: readonly string[];
  readonly timeoutSeconds?: number;
}

export interface StressResult {
  /** May exceed what was asked for a little: some stressors count in rounds. */
  readonly operations: number;
  readonly seconds: number;
  /** User and system time, to 1 microsecond. */
  readonly cpuSeconds: number;
  readonly cpuSecondsPerOperation: number;
}

const report = z.object({
  metrics: z
    .array(
      z.object({
        stressor: z.string(),
        'bogo-ops': z.number(),
        'wall-clock-time': z.number(),
        'user-time': z.number(),
        'system-time': z.number(),
      }),
    )
    .min(1),
});

/** It writes its report to a file only; /dev/stdout is none where standard output is a socket, as it is on the host. */
const script = 'f=$(mktemp) || exit 1; "$@" --yaml "$f" >&2; s=$?; cat "$f"; rm -f "$f"; exit $s';
const reportToStdout = ['sh', '-c', script, 'sh'];

/** Runs stress-ng in the subject, one worker. Compare only runs of the same version: its operations are "bogus". */
export async function stressRun(subject: Subject, job: StressJob): Promise<StressResult> {
  const timeoutSeconds = job.timeoutSeconds ?? 60;
  const { stdout } = await subject.exec(
    [
      ...reportToStdout,
      'stress-ng',
      `--${job.stressor}`,
      '1',
      `--${job.stressor}-ops`,
      String(job.operations),
      ...(job.extra ?? []),
      '--timeout',
      String(timeoutSeconds),
      '--metrics',
    ],
    { timeoutMs: (timeoutSeconds + 15) * 1000 },
  );
  return parseStress(stdout);
}

/** @throws LabError where the report has no metrics: the stressor is unknown or did not run. */
export function parseStress(text: string): StressResult {
  const parsed = report.safeParse(parse(text));
  const metrics = parsed.data?.metrics[0];
  if (metrics === undefined || metrics['bogo-ops'] === 0) {
    throw new LabError(`stress-ng reports no metrics: ${JSON.stringify(text.slice(-300))}`);
  }
  const cpuSeconds = metrics['user-time'] + metrics['system-time'];
  const operations = metrics['bogo-ops'];
  return {
    operations,
    seconds: metrics['wall-clock-time'],
    cpuSeconds,
    cpuSecondsPerOperation: cpuSeconds / operations,
  };
}
