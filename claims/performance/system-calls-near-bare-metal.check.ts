import {
  check,
  installSystemCallMeter,
  pairedReadings,
  type LabContainerOptions,
  type Subject,
  type SystemCallCosts,
} from '#verify';

const calls = [
  ['getpid', 'getpid-unconfined'],
  ['stat', 'stat-unconfined'],
  ['read', 'read-unconfined'],
  ['fork-exec', 'fork-exec-unconfined'],
] as const;

export default check(async ({ lab, finding, supporting, exhibit }) => {
  // The same folder of the host's disk for all: only the way into the kernel differs.
  const folder = await lab.scratchDirectory();
  const container = (options: LabContainerOptions) =>
    lab.container({ binds: [[folder, folder]], network: 'none', command: ['sleep', '3600'], ...options });
  const filtered = await container({});
  const unfiltered = await container({
    label: 'container without a system-call filter',
    securityOpt: ['seccomp=unconfined'],
  });
  const takes = async (subject: Subject, { traced = false, label = subject.label } = {}) => {
    const meter = await installSystemCallMeter(subject, folder);
    return { subject: { label, emulated: false }, take: () => meter.costs({ traced }) };
  };
  const host = await takes(lab.host);
  const againstHost = async (subject: ReturnType<typeof takes>, atLeast: number) =>
    pairedReadings<SystemCallCosts>({ atLeast, atMost: atLeast + 4 }, await subject, host);
  const series = {
    default: await againstHost(takes(filtered), 10),
    unconfined: await againstHost(takes(unfiltered), 6),
    traced: await againstHost(takes(filtered, { traced: true, label: 'container, traced' }), 6),
    'host-again': await againstHost(takes(lab.host, { label: 'host again' }), 8),
  };
  const cost = { quantity: 'cost', unit: 's', clock: 'cpu' } as const;
  for (const [call, unconfined] of calls) {
    const by = (which: keyof typeof series) => series[which].reading(cost, (costs) => costs[call]);
    await finding(call, {
      measure: by('default'),
      controls: { 'host-again': by('host-again'), traced: by('traced') },
    });
    await supporting(unconfined, { measure: by('unconfined'), controls: { traced: by('traced') } });
  }

  const modes = await Promise.all(
    [lab.host, filtered, unfiltered].map(async (subject) => {
      const { stdout } = await subject.exec(['grep', '-E', '^Seccomp', '/proc/self/status']);
      return [
        subject.label,
        ...[/^Seccomp:\s+(\d+)/m, /^Seccomp_filters:\s+(\d+)/m].map((line) => line.exec(stdout)?.[1] ?? '?'),
      ];
    }),
  );
  await exhibit({
    id: 'filters',
    title: 'Filters of system calls that the kernel holds a process to (mode 2: filtered)',
    columns: ['Where', 'Mode', 'Filters'],
    rows: modes,
  });
});
