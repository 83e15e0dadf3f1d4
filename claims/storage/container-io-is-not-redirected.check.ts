import {
  bytesMoved,
  check,
  kib,
  mib,
  once,
  paired,
  pairedReadings,
  schedulingOf,
  sharedJobs,
  smallerOperations,
  values,
  type FioResult,
  type RunningGuest,
  type SharedJob,
  type Subject,
} from '#verify';

const jobs = {
  direct: { pattern: 'randread', blockBytes: kib(4), direct: true, totalBytes: mib(6) },
  buffered: { pattern: 'randwrite', blockBytes: kib(4), direct: false, totalBytes: mib(192) },
} as const satisfies Readonly<Record<string, SharedJob>>;
type Id = keyof typeof jobs;
const ids = ['direct', 'buffered'] as const;

export default check(async ({ lab, finding, supporting }) => {
  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const container = await lab.container({ binds: [[folder, '/data']], network: 'none', command: ['sleep', '3600'] });
  const shared = sharedJobs<Id>(lab.host, { folder, elsewhere: '/data' }, jobs);

  const host = () => fileSystem('host', lab.host, folder);
  const beside = (other: () => ReturnType<typeof fileSystem>) => values(async () => [await host(), await other()]);
  const guest = once(() => lab.restoredGuest());
  await finding('path', {
    measure: beside(() => fileSystem('container', container, '/data')),
    controls: {
      layer: beside(() => fileSystem("container's own layer", container, '/')),
      guest: beside(async () => fileSystem('guest', await guest(), '/')),
    },
  });

  await shared.layOut();
  type Results = Readonly<Record<Id, FioResult>>;
  const against = (subject: Subject, atLeast: number, change?: (job: SharedJob) => SharedJob) =>
    pairedReadings<Results>(
      { atLeast, atMost: atLeast + 4 },
      { subject, take: () => shared.run(subject, ids, change) },
      { subject: lab.host, take: () => shared.run(lab.host, ids) },
    );
  const [same, dearer] = [against(container, 8), against(container, 6, smallerOperations)];
  const cost = { quantity: 'cost', unit: 's', clock: 'cpu' } as const;
  for (const id of ids) {
    const perBlock = (series: typeof same) =>
      series.reading(cost, ({ [id]: result }) => (result.systemSeconds * jobs[id].blockBytes) / bytesMoved(result));
    await finding(id, { measure: perBlock(same), controls: { 'smaller-operations': perBlock(dearer) } });
  }

  const inGuest = sharedJobs<Id>(lab.host, { folder, elsewhere: '/var' }, jobs);
  /** What the whole machine monitor takes for it, less what it takes for a sixteenth of it: the tool's start is in both. */
  const throughGuest = async (machine: RunningGuest): Promise<number> => {
    const spent = async (share: number) => {
      const before = schedulingOf([machine.pid]).cpuSeconds;
      const { direct } = await inGuest.run(machine, ['direct'], (job) => ({
        ...job,
        totalBytes: job.totalBytes / share,
      }));
      return { cpuSeconds: schedulingOf([machine.pid]).cpuSeconds - before, operations: direct.operations };
    };
    const [all, part] = [await spent(1), await spent(16)];
    return (all.cpuSeconds - part.cpuSeconds) / (all.operations - part.operations);
  };
  await supporting('through-guest', {
    measure: paired({
      ...cost,
      atLeast: 6,
      atMost: 6,
      subject: {
        subject: { label: 'machine monitor of a guest', emulated: lab.emulated },
        take: async () => throughGuest(await guest()),
      },
      baseline: {
        subject: lab.host,
        take: async () => (await shared.run(lab.host, ['direct'])).direct.cpuSecondsPerOperation,
      },
    }),
  });
});

/** The file system that holds a path: type, device and number of blocks, for device numbers repeat between machines. */
async function fileSystem(label: string, subject: Subject, path: string) {
  const { stdout } = await subject.exec(['sh', '-c', 'cat /proc/self/mountinfo; stat -f -c %b "$0"', path]);
  const lines = stdout.trim().split('\n');
  const mounts = lines
    .slice(0, -1)
    .map((line) => {
      // proc(5): numbers, device, the part that is mounted, where, options, a dash, type.
      const [, , device = '', , point = '', ...rest] = line.split(' ');
      return { point, kind: `${rest[rest.indexOf('-') + 1] ?? ''} on ${device}` };
    })
    .filter(({ point }) => point === '/' || path === point || path.startsWith(`${point}/`))
    // Of mounts on one another, the last counts.
    .sort((one, other) => one.point.length - other.point.length);
  return { label, value: `${mounts.at(-1)?.kind ?? 'nothing'}, ${lines.at(-1) ?? '?'} blocks` };
}
