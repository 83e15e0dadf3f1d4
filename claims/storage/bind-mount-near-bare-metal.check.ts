import {
  bytesMoved,
  check,
  kib,
  mib,
  pairedReadings,
  sharedJobs,
  smallerOperations,
  type FioResult,
  type SharedJob,
  type Subject,
} from '#verify';

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
} as const satisfies Readonly<Record<string, SharedJob>>;
type Id = keyof typeof jobs;
const ids = Object.keys(jobs) as Id[];

export default check(async ({ lab, finding, supporting }) => {
  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const mounted = { binds: [[folder, '/data']], command: ['sleep', '3600'] } as const;
  const container = await lab.container(mounted);
  const throttled = await lab.container({
    ...mounted,
    label: 'container, throttled',
    deviceLimits: { path: folder, readOperationsPerSecond: 4000 },
  });
  const shared = sharedJobs<Id>(lab.host, { folder, elsewhere: '/data' }, jobs);
  await shared.layOut();

  type Results = Readonly<Record<Id, FioResult>>;
  const against = (subject: Subject, which: readonly Id[], atLeast: number, change?: (job: SharedJob) => SharedJob) =>
    pairedReadings<Results>(
      { atLeast, atMost: atLeast + 6 },
      { subject, take: () => shared.run(subject, which, change) },
      { subject: lab.host, take: () => shared.run(lab.host, which) },
    );

  const [same, dearer] = [against(container, ids, 8), against(container, ids, 6, smallerOperations)];
  for (const id of ids) {
    const perBlock = (series: typeof same) =>
      series.reading(
        { quantity: 'cost', unit: 's', clock: 'cpu' },
        ({ [id]: result }) => (result.cpuSeconds * jobs[id].blockBytes) / bytesMoved(result),
      );
    await finding(id, { measure: perBlock(same), controls: { 'smaller-operations': perBlock(dearer) } });
  }

  const waiting: Id = 'random-read-direct';
  const slowed = against(throttled, [waiting], 6);
  const rate = (series: typeof same) =>
    series.reading(
      { quantity: 'rate', unit: '1/s', clock: 'wall' },
      (results) => results[waiting].read.operationsPerSecond,
    );
  const latency = (series: typeof same) =>
    series.reading({ quantity: 'cost', unit: 's', clock: 'wall' }, (results) => results[waiting].read.latency.p99);
  await supporting('rate', { measure: rate(same), controls: { throttled: rate(slowed) } });
  await supporting('latency', { measure: latency(same), controls: { throttled: latency(slowed) } });
});
