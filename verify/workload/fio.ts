import { z } from 'zod';
import { LabError } from '../lab/errors.ts';
import type { Subject } from '../lab/subject.ts';
import { parseReport } from './report.ts';

/** One fio job; see fio(1). */
export interface FioJob {
  readonly pattern: 'read' | 'write' | 'randread' | 'randwrite' | 'randrw';
  /** File in the subject; fio lays it out first where it is missing or short. */
  readonly file: string;
  readonly fileBytes: number;
  readonly blockBytes: number;
  /** How long; or absent, until the file, or `operations`, is done. */
  readonly seconds?: number;
  readonly operations?: number;
  /** A steady pace, for a service that is asked for so much and no more; absent: as many as go. */
  readonly operationsPerSecond?: number;
  /** In all, over the file again and again where it is shorter; absent: once over the file. */
  readonly totalBytes?: number;
  /** Past the page cache (O_DIRECT). Default true. */
  readonly direct?: boolean;
  /** fsync after so many writes; 0, the default, never. */
  readonly syncEvery?: number;
  /** Default `psync`: one request at a time. */
  readonly engine?: 'psync' | 'libaio' | 'io_uring' | 'mmap';
  /** Requests in flight, for asynchronous engines. Default 1. */
  readonly depth?: number;
  /** Pins the work to these CPUs ("0"). */
  readonly cpus?: string;
  /** Where blocks lie is random, but the same for the same seed. Default 1. */
  readonly seed?: number;
}

export interface FioDirection {
  readonly operations: number;
  readonly operationsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Completion latency, in seconds. */
  readonly latency: { readonly median: number; readonly p99: number; readonly mean: number };
}

export interface FioResult {
  readonly read: FioDirection;
  readonly write: FioDirection;
  readonly operations: number;
  readonly seconds: number;
  /** User and system time of the job, to 1 ms; what the device's interrupts cost is not in it. */
  readonly cpuSeconds: number;
  readonly cpuSecondsPerOperation: number;
  /** The part of the CPU time that was spent in the kernel. */
  readonly systemSeconds: number;
}

const direction = z.object({
  total_ios: z.number(),
  iops: z.number(),
  bw_bytes: z.number(),
  clat_ns: z.object({ mean: z.number(), percentile: z.record(z.string(), z.number()).optional() }),
});
const report = z.object({
  jobs: z
    .array(
      z.object({
        jobname: z.string().default('job'),
        error: z.number(),
        job_runtime: z.number(),
        usr_cpu: z.number(),
        sys_cpu: z.number(),
        read: direction,
        write: direction,
      }),
    )
    .min(1),
});

/** Runs fio in the subject. */
export async function fioRun(subject: Subject, job: FioJob): Promise<FioResult> {
  const timeoutMs = ((job.seconds ?? 60) + 120) * 1000;
  const { stdout } = await subject.exec(['fio', ...fioArguments(job)], { timeoutMs });
  return parseFio(stdout);
}

/**
 * Runs several jobs one after the other in one process of fio, whose start takes longer than a small job does. It looks
 * only every tenth of a second whether a job has ended, so that shorter ones take no less time.
 */
export async function fioRunAll<Id extends string>(
  subject: Subject,
  jobs: readonly (readonly [Id, FioJob])[],
): Promise<ReadonlyMap<Id, FioResult>> {
  const words = jobs.flatMap(([id, job]) => [`--name=${id}`, '--stonewall', ...jobArguments(job)]);
  const { stdout } = await subject.exec(['fio', '--output-format=json', ...words], { timeoutMs: 120_000 });
  const results = parseFioAll(stdout);
  return new Map(
    jobs.map(([id]) => {
      const result = results.get(id);
      if (result === undefined) throw new LabError(`fio reports nothing of its job "${id}".`);
      return [id, result];
    }),
  );
}

/** Creates the job's file without measuring anything: laying it out is no part of the work. */
export async function fioLayOut(subject: Subject, job: FioJob): Promise<void> {
  await subject.exec(['fio', '--name=job', ...placement(job), '--create_only=1'], { timeoutMs: 180_000 });
}

export function fioArguments(job: FioJob): string[] {
  return ['--name=job', ...jobArguments(job), '--output-format=json'];
}

function jobArguments(job: FioJob): string[] {
  return [
    ...placement(job),
    ...(job.seconds === undefined ? [] : ['--time_based', `--runtime=${String(job.seconds)}`]),
    ...(job.operations === undefined ? [] : [`--number_ios=${String(job.operations)}`]),
    ...(job.operationsPerSecond === undefined ? [] : [`--rate_iops=${String(job.operationsPerSecond)}`]),
    ...(job.totalBytes === undefined ? [] : [`--io_size=${String(job.totalBytes)}`]),
    ...(job.cpus === undefined ? [] : [`--cpus_allowed=${job.cpus}`]),
  ];
}

/** What is done where; how much of it is said apart. */
function placement(job: FioJob): string[] {
  return [
    `--rw=${job.pattern}`,
    `--filename=${job.file}`,
    `--size=${String(job.fileBytes)}`,
    `--bs=${String(job.blockBytes)}`,
    `--direct=${job.direct === false ? '0' : '1'}`,
    `--ioengine=${job.engine ?? 'psync'}`,
    `--iodepth=${String(job.depth ?? 1)}`,
    `--randseed=${String(job.seed ?? 1)}`,
    '--allrandrepeat=1',
    // A thread of fio's own process: it needs no shared memory between processes, of which containers have little.
    '--thread',
    // Leave the page cache as it is: emptying a file's part of it would differ between file systems.
    '--invalidate=0',
    // The kernel's clock: fio would first spend a tenth of a second on measuring how fast the processor's own runs.
    '--clocksource=clock_gettime',
    ...(job.syncEvery === undefined || job.syncEvery === 0 ? [] : [`--fsync=${String(job.syncEvery)}`]),
  ];
}

/** @throws LabError where fio reports an error or did nothing. */
export function parseFio(text: string): FioResult {
  const [result] = parseFioAll(text).values();
  if (result === undefined) throw new LabError('fio reports no job at all.');
  return result;
}

function parseFioAll(text: string): ReadonlyMap<string, FioResult> {
  // fio prints notes before its JSON, on the same stream.
  const { jobs } = parseReport('fio', report, text.slice(Math.max(0, text.indexOf('{'))));
  return new Map(jobs.map((job) => [job.jobname, resultOf(job)]));
}

function resultOf(job: z.infer<typeof report>['jobs'][number]): FioResult {
  if (job.error !== 0) {
    throw new LabError(`fio ended with error ${String(job.error)}; is there room on the disk?`);
  }
  const [read, write] = [directionOf(job.read), directionOf(job.write)];
  const operations = read.operations + write.operations;
  if (operations === 0) throw new LabError('fio did no operation at all.');
  const seconds = job.job_runtime / 1000;
  const cpuSeconds = ((job.usr_cpu + job.sys_cpu) / 100) * seconds;
  const systemSeconds = (job.sys_cpu / 100) * seconds;
  return {
    read,
    write,
    operations,
    seconds,
    cpuSeconds,
    cpuSecondsPerOperation: cpuSeconds / operations,
    systemSeconds,
  };
}

function directionOf({ total_ios, iops, bw_bytes, clat_ns }: z.infer<typeof direction>): FioDirection {
  const percentile = (name: string): number => (clat_ns.percentile?.[name] ?? 0) / 1e9;
  return {
    operations: total_ios,
    operationsPerSecond: iops,
    bytesPerSecond: bw_bytes,
    latency: { median: percentile('50.000000'), p99: percentile('99.000000'), mean: clat_ns.mean / 1e9 },
  };
}
