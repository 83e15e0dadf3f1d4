import {
  check,
  doWork,
  gib,
  once,
  pairedReadings,
  processesOf,
  signal,
  type FixedWork,
  type Spent,
  type Subject,
} from '#verify';

const works = [
  ['bandwidth', 'bandwidth-beside-hog'],
  ['latency', 'latency-beside-hog'],
] as const;

export default check(async ({ lab, finding, supporting }) => {
  const container = await lab.container({ network: 'none', command: ['sleep', '3600'] });
  const against = (subject: Subject, work: FixedWork, atLeast: number, times = 1) =>
    pairedReadings<Spent>(
      { atLeast, atMost: atLeast + 4 },
      { subject, take: () => doWork(subject, work, { times }) },
      { subject: lab.host, take: () => doWork(lab.host, work) },
    );
  const cpu = (series: ReturnType<typeof against>) =>
    series.reading({ quantity: 'cost', unit: 's', clock: 'cpu' }, ({ cpuSeconds }) => cpuSeconds);

  for (const [work] of works) {
    await finding(work, {
      measure: cpu(against(container, work, 10)),
      // Half as much again: the smallest step that every one of the tool's amounts allows.
      controls: { 'more-work': cpu(against(container, work, 6, 1.5)) },
    });
  }

  const hog = once(() =>
    lab.container({
      label: 'hog of memory bandwidth',
      network: 'none',
      memoryBytes: gib(1),
      command: ['stress-ng', '--stream', '1', '--stream-l3-size', '32M', '--timeout', '0', '--quiet'],
    }),
  );
  for (const [work, besideHog] of works) {
    const among = async (name: 'STOP' | 'CONT') => {
      signal(name, processesOf((await hog()).pid));
      return await doWork(container, work);
    };
    const series = pairedReadings<Spent>(
      { atLeast: 6, atMost: 6 },
      { subject: { label: 'container beside a hog of memory bandwidth', emulated: false }, take: () => among('CONT') },
      { subject: container, take: () => among('STOP') },
    );
    await supporting(besideHog, { measure: cpu(series) });
  }
});
