import { join } from 'node:path';
import {
  check,
  fioLayOut,
  fioRun,
  kib,
  mib,
  paired,
  replayPaired,
  type Container,
  type FioJob,
  type FioResult,
  type Subject,
} from '#verify';

type Job = Omit<FioJob, 'file' | 'fileBytes'> & { readonly totalBytes: number };

const fileBytes = mib(128);

const randomRead: Job = { pattern: 'randread', blockBytes: kib(4), direct: true, totalBytes: mib(16) };

/** As many operations as take about a quarter of a second here, the tool's start not counted. */
const jobs: readonly (readonly [string, Job])[] = [
  ['random-read-direct', randomRead],
  ['random-write-direct', { pattern: 'randwrite', blockBytes: kib(4), direct: true, totalBytes: mib(16) }],
  ['sequential-read-direct', { pattern: 'read', blockBytes: kib(128), direct: true, totalBytes: mib(256) }],
  ['sequential-write-direct', { pattern: 'write', blockBytes: kib(128), direct: true, totalBytes: mib(256) }],
  ['random-read-buffered', { pattern: 'randread', blockBytes: kib(4), direct: false, totalBytes: mib(512) }],
  ['random-write-buffered', { pattern: 'randwrite', blockBytes: kib(4), direct: false, totalBytes: mib(256) }],
  ['sequential-read-buffered', { pattern: 'read', blockBytes: kib(128), direct: false, totalBytes: mib(2048) }],
  ['sequential-write-buffered', { pattern: 'write', blockBytes: kib(128), direct: false, totalBytes: mib(1024) }],
];

export default check(async ({ lab, finding, supporting }) => {
  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const mounted = { binds: [[folder, '/data']], command: ['sleep', '3600'] } as const;
  const container = await lab.container(mounted);
  // Written once beforehand, so that no job pays for finding room on the disk.
  await fioLayOut(lab.host, { ...randomRead, file: join(folder, 'file'), fileBytes });

  const run = (subject: Subject, job: Job): Promise<FioResult> =>
    fioRun(subject, { ...job, file: subject.kind === 'host' ? join(folder, 'file') : '/data/file', fileBytes });

  for (const [id, job] of jobs) {
    const perBlock = (inContainer: Job) => {
      const cost = async (subject: Subject, done: Job) => {
        const { cpuSeconds, operations } = await run(subject, done);
        return (cpuSeconds * job.blockBytes) / (operations * done.blockBytes);
      };
      return paired({
        quantity: 'cost',
        unit: 's',
        clock: 'cpu',
        atLeast: 10,
        atMost: 30,
        subject: { subject: container, take: () => cost(container, inContainer) },
        baseline: { subject: lab.host, take: () => cost(lab.host, job) },
      });
    };
    // Many times the number of operations for the same bytes: far beyond the margin, whatever the disk.
    const smaller = { ...job, blockBytes: job.blockBytes === kib(4) ? 512 : kib(4), totalBytes: job.totalBytes / 8 };
    await finding(id, { measure: perBlock(job), controls: { 'smaller-operations': perBlock(smaller) } });
  }

  /** One series of runs gives both the rate and the slowest operation in a hundred. */
  const byWallClock = (subject: Container) => {
    const taken: Record<'subject' | 'baseline', FioResult[]> = { subject: [], baseline: [] };
    const keep = async (side: 'subject' | 'baseline', from: Subject) => {
      const result = await run(from, randomRead);
      taken[side].push(result);
      return result.read.operationsPerSecond;
    };
    return {
      rate: paired({
        quantity: 'rate',
        unit: '1/s',
        clock: 'wall',
        warmups: 0,
        atLeast: 10,
        atMost: 20,
        subject: { subject, take: () => keep('subject', subject) },
        baseline: { subject: lab.host, take: () => keep('baseline', lab.host) },
      }),
      latency: replayPaired({ subject, baseline: lab.host, quantity: 'cost', unit: 's', clock: 'wall' }, () => ({
        subject: taken.subject.map(({ read }) => read.latency.p99),
        baseline: taken.baseline.map(({ read }) => read.latency.p99),
      })),
    };
  };
  const throttled = await lab.container({
    ...mounted,
    label: 'container, throttled',
    deviceLimits: { path: folder, readOperationsPerSecond: 4000 },
  });
  const [free, slowed] = [byWallClock(container), byWallClock(throttled)];
  await supporting('rate', { measure: free.rate, controls: { throttled: slowed.rate } });
  await supporting('latency', { measure: free.latency, controls: { throttled: slowed.latency } });
});
