import { join } from 'node:path';
import {
  amounts,
  check,
  fioLayOut,
  fioRun,
  installCpuTimer,
  isAllowed,
  kib,
  mib,
  paired,
  rootOperations,
  stopwatch,
  tryRootOperations,
  type Container,
  type CpuTimer,
  type LabContainerOptions,
} from '#verify';

/** The ladder: what each step sets, on a container that began without even the engine's own filter of system calls. */
const steps: readonly { readonly cost: string; readonly flag: string; readonly sets: LabContainerOptions }[] = [
  { cost: 'cost-of-filter', flag: "the engine's filter of system calls", sets: { securityOpt: [] } },
  { cost: 'cost-of-capabilities', flag: '--cap-drop ALL', sets: { capDrop: ['ALL'] } },
  {
    cost: 'cost-of-no-new-privileges',
    flag: '--security-opt no-new-privileges',
    sets: { securityOpt: ['no-new-privileges'] },
  },
  { cost: 'cost-of-user', flag: '--user 1000', sets: { user: '1000' } },
  { cost: 'cost-of-read-only', flag: '--read-only', sets: { readOnlyRootfs: true } },
];
const nothing: LabContainerOptions = { user: '0', securityOpt: ['seccomp=unconfined'] };
const after = (count: number): LabContainerOptions =>
  Object.assign({}, nothing, ...steps.slice(0, count).map(({ sets }) => sets)) as LabContainerOptions;

/** A filter that compares an argument of the commonest calls hundreds of times before it lets them pass. */
const expensiveFilter: LabContainerOptions = {
  securityOpt: [
    `seccomp=${JSON.stringify({
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: Array.from({ length: 800 }, (_, index) => ({
        names: ['read', 'write'],
        action: 'SCMP_ACT_ERRNO',
        args: [{ index: 2, value: 1_000_000_000 + index, op: 'SCMP_CMP_EQ' }],
      })),
    })}`,
  ],
};

/** Nothing but system calls: the worst case for whatever looks at each of them. */
const systemCalls = ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=1', 'count=200000'];
/** As ordinary programs work: folders walked, text sorted, a file compressed that is read in small pieces. */
const ordinaryWork = [
  'sh',
  '-c',
  'find /usr | sort | sha256sum; dd if=/bin/busybox bs=32 count=30000 | gzip -1 | wc -c',
];

const pairs = { quantity: 'cost', unit: 's', atLeast: 6, atMost: 12 } as const;

export default check(async ({ lab, supporting, exhibit }) => {
  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const timers = new Map<Container, CpuTimer>();
  const box = async (label: string, options: LabContainerOptions): Promise<Container> => {
    const container = await lab.container({
      ...options,
      label,
      tmpfs: { '/tmp': 'exec,mode=1777' },
      binds: [[folder, '/data']],
      command: ['sleep', '3600'],
    });
    timers.set(container, await installCpuTimer(container, '/tmp'));
    return container;
  };
  const start = await box('container, nothing switched on', after(0));
  const rungs: (readonly [(typeof steps)[number], Container])[] = [];
  for (const [index, step] of steps.entries()) {
    rungs.push([step, await box(`container, with ${step.flag}`, after(index + 1))]);
  }
  const [byDefault = start, hardened = start] = [rungs[0]?.[1], rungs.at(-1)?.[1]];
  const expensive = await box('container, expensive filter', { user: '0', ...expensiveFilter });

  const processorTime = (work: readonly string[]) => (subject: Container, baseline: Container) => {
    const side = (container: Container) => ({
      subject: container,
      take: async () => (await timers.get(container)?.time(work))?.cpuSeconds ?? NaN,
    });
    return paired({ ...pairs, clock: 'cpu', subject: side(subject), baseline: side(baseline) });
  };
  const [ofWork, ofCalls] = [processorTime(ordinaryWork), processorTime(systemCalls)];
  await supporting('ordinary-work', {
    measure: ofWork(hardened, byDefault),
    controls: { 'expensive-filter': ofWork(expensive, byDefault) },
  });
  for (const [index, [{ cost }, container]] of rungs.entries()) {
    const before = rungs[index - 1]?.[1] ?? start;
    await supporting(cost, {
      measure: ofCalls(container, before),
      controls: before === start ? { 'expensive-filter': ofCalls(expensive, before) } : {},
    });
  }

  const file = { fileBytes: mib(32), pattern: 'randread', direct: true, totalBytes: mib(8) } as const;
  await fioLayOut(lab.host, { ...file, blockBytes: kib(4), file: join(folder, 'file') });
  const reads = (blockBytes: number) => {
    // For the same bytes: with smaller blocks there are more operations.
    const side = (container: Container, block: number) => ({
      subject: container,
      take: async () => (await fioRun(container, { ...file, blockBytes: block, file: '/data/file' })).cpuSeconds,
    });
    return paired({ ...pairs, clock: 'cpu', subject: side(hardened, blockBytes), baseline: side(byDefault, kib(4)) });
  };
  await supporting('reads', { measure: reads(kib(4)), controls: { 'smaller-operations': reads(kib(1)) } });

  const starts = (command: readonly string[]) => {
    const side = (label: string, options: LabContainerOptions, run: readonly string[]) => ({
      subject: { label, emulated: false },
      take: async () => {
        const watch = stopwatch();
        await using container = await lab.container({ ...options, network: 'none', init: false, command: run });
        await container.wait();
        return watch.secondsUntil((await container.logs()).stdout);
      },
    });
    return paired({
      ...pairs,
      clock: 'wall',
      subject: side('container, hardened', after(steps.length), command),
      baseline: side("container, engine's defaults", after(1), ['/bin/stamp']),
    });
  };
  await supporting('start', {
    measure: starts(['/bin/stamp']),
    controls: { delayed: starts(['sh', '-c', 'sleep 0.5; exec /bin/stamp']) },
  });

  const allowedTo = async (container: Container) => {
    const answers = await tryRootOperations(container);
    return rootOperations.filter((operation) => isAllowed(answers, operation)).map(({ id }) => id);
  };
  const granted = (container: Container) =>
    amounts(async () => ({
      subject: { label: `operations of root allowed, ${container.label}`, value: (await allowedTo(container)).length },
      baseline: { label: "operations of root allowed, engine's defaults", value: (await allowedTo(byDefault)).length },
      unit: '1',
    }));
  await supporting('blocks', { measure: granted(hardened), controls: { unhardened: granted(byDefault) } });

  const rows: [string, string | null, number, string][] = [];
  for (const [label, cost, container] of [
    ['nothing switched on', null, start] as const,
    ...rungs.map(([{ cost, flag }, rung]) => [flag, cost, rung] as const),
  ]) {
    const may = await allowedTo(container);
    rows.push([label, cost, may.length, may.join(', ')]);
  }
  await exhibit({
    id: 'ladder',
    title: `Of ${String(rootOperations.length)} operations of root, those that each further step leaves`,
    columns: ['Step added', 'Finding that has its cost', 'Operations left', 'Which'],
    rows,
  });
});
