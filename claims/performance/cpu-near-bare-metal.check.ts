import { check, doWork, pairedReadings, type FixedWork, type Spent, type Subject } from '#verify';

const works = [
  ['integer', 'integer-wall'],
  ['floating-point', 'floating-point-wall'],
] as const;

export default check(async ({ lab, finding, supporting }) => {
  const options = { network: 'none', command: ['sleep', '3600'] } as const;
  const container = await lab.container(options);
  const limited = await lab.container({ ...options, label: 'container with four fifths of a processor', cpus: 0.8 });

  const against = (subject: Subject, work: FixedWork, atLeast: number, { times = 1, hostTimes = 1 } = {}) =>
    pairedReadings<Spent>(
      { atLeast, atMost: atLeast + 4 },
      { subject, take: () => doWork(subject, work, { times }) },
      { subject: lab.host, take: () => doWork(lab.host, work, { times: hostTimes }) },
    );
  const cost = { quantity: 'cost', unit: 's' } as const;
  for (const [work, wall] of works) {
    const series = against(container, work, 10);
    // Half as much again: the smallest step that every one of the tool's amounts allows.
    const more = against(container, work, 6, { times: 1.5 });
    const cpu = (of: typeof series) => of.reading({ ...cost, clock: 'cpu' }, ({ cpuSeconds }) => cpuSeconds);
    await finding(work, { measure: cpu(series), controls: { 'more-work': cpu(more) } });

    // Long enough for a quota, which counts in tenths of a second, to run out several times.
    const long = { times: 4, hostTimes: 4 };
    const byClock = (of: typeof series) => of.reading({ ...cost, clock: 'wall' }, ({ wallSeconds }) => wallSeconds);
    await supporting(wall, {
      measure: byClock(series),
      controls: { quota: byClock(against(limited, work, 6, long)) },
    });
  }
});
