import { join } from 'node:path';
import {
  check,
  fioLayOut,
  fioRunAll,
  kib,
  mib,
  pairedReadings,
  type FioJob,
  type FioResult,
  type Subject,
} from '#verify';

type Job = Omit<FioJob, 'file' | 'fileBytes'> & { readonly totalBytes: number };

/** What goes through the cache is written back later, beside other jobs, so that there is little of it. */
const fileBytes = ({ direct }: Job): number => (direct === true ? mib(128) : mib(16));

/** As many operations as take about a tenth of a second, the least that the tool takes for a job. */
const jobs = {
  'random-read-direct': { pattern: 'randread', blockBytes: kib(4), direct: true, totalBytes: mib(4) },
  'random-write-direct': { pattern: 'randwrite', blockBytes: kib(4), direct: true, totalBytes: mib(4) },
  'sequential-read-direct': { pattern: 'read', blockBytes: kib(128), direct: true, totalBytes: mib(96) },
  'sequential-write-direct': { pattern: 'write', blockBytes: kib(128), direct: true, totalBytes: mib(64) },
  'random-read-buffered': { pattern: 'randread', blockBytes: kib(4), direct: false, totalBytes: mib(192) },
  'random-write-buffered': { pattern: 'randwrite', blockBytes: kib(4), direct: false, totalBytes: mib(128) },
  'sequential-read-buffered': { pattern: 'read', blockBytes: kib(128), direct: false, totalBytes: mib(320) },
  'sequential-write-buffered': { pattern: 'write', blockBytes: kib(128), direct: false, totalBytes: mib(192) },
} as const satisfies Readonly<Record<string, Job>>;
type Id = keyof typeof jobs;
const ids = Object.keys(jobs) as Id[];

/** Many times the number of operations for the same bytes: far beyond the margin, whatever the disk. */
const smaller = (job: Job): Job =>
  job.direct === true && job.blockBytes > kib(4)
    ? { ...job, blockBytes: kib(4), totalBytes: job.totalBytes / 32 }
    : { ...job, blockBytes: 512, totalBytes: job.totalBytes / 8 };

export default check(async ({ lab, finding, supporting }) => {
  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const mounted = { binds: [[folder, '/data']], command: ['sleep', '3600'] } as const;
  const container = await lab.container(mounted);
  const throttled = await lab.container({
    ...mounted,
    label: 'container, throttled',
    deviceLimits: { path: folder, readOperationsPerSecond: 4000 },
  });
  const file = (subject: Subject, { direct }: Job): string =>
    join(subject.kind === 'host' ? folder : '/data', direct === true ? 'direct' : 'buffered');
  // Written once beforehand, so that no job pays for finding room on the disk.
  for (const job of [jobs['random-read-direct'], jobs['random-read-buffered']])
    await fioLayOut(lab.host, { ...job, file: file(lab.host, job), fileBytes: fileBytes(job) });

  const run = (subject: Subject, which: readonly Id[], change: (job: Job) => Job = (job) => job) =>
    fioRunAll(
      subject,
      which.map((id) => {
        const job = change(jobs[id]);
        return [id, { ...job, file: file(subject, job), fileBytes: fileBytes(job) }] as const;
      }),
    );
  type Results = Awaited<ReturnType<typeof run>>;
  const of = (results: Results, id: Id): FioResult => {
    const result = results.get(id);
    if (result === undefined) throw new Error(`The job ${id} was not run.`);
    return result;
  };
  const against = (subject: Subject, which: readonly Id[], pairs: number, change?: (job: Job) => Job) =>
    pairedReadings<Results>(
      { atLeast: pairs, atMost: 2 * pairs },
      { subject, take: () => run(subject, which, change) },
      { subject: lab.host, take: () => run(lab.host, which) },
    );

  const [same, dearer] = [against(container, ids, 8), against(container, ids, 6, smaller)];
  for (const id of ids) {
    const perBlock = (series: typeof same) =>
      series.reading({ quantity: 'cost', unit: 's', clock: 'cpu' }, (results) => {
        const { cpuSeconds, read, write, seconds } = of(results, id);
        const bytes = (read.bytesPerSecond + write.bytesPerSecond) * seconds;
        return (cpuSeconds * jobs[id].blockBytes) / bytes;
      });
    await finding(id, { measure: perBlock(same), controls: { 'smaller-operations': perBlock(dearer) } });
  }

  const waiting: Id = 'random-read-direct';
  const slowed = against(throttled, [waiting], 6);
  const rate = (series: typeof same) =>
    series.reading(
      { quantity: 'rate', unit: '1/s', clock: 'wall' },
      (results) => of(results, waiting).read.operationsPerSecond,
    );
  const latency = (series: typeof same) =>
    series.reading({ quantity: 'cost', unit: 's', clock: 'wall' }, (results) => of(results, waiting).read.latency.p99);
  await supporting('rate', { measure: rate(same), controls: { throttled: rate(slowed) } });
  await supporting('latency', { measure: latency(same), controls: { throttled: latency(slowed) } });
});
