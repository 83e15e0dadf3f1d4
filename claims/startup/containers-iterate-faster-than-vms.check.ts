import {
  askContainers,
  check,
  firstAnswer,
  paired,
  replayPaired,
  stopwatch,
  type Container,
  type RunningGuest,
} from '#verify';

/** Six is the least from which a median has an interval. */
const cycles = 6;
const page = '/srv/www/index.html';
/** Stands for what an image installs before the application's own line: as many bytes once more as its tree has. */
const install = 'RUN cp -a /usr /installed';

/** Seconds of one cycle: from the edited line to a new release, and from there to its answer in the old one's place. */
interface Cycle {
  readonly rebuild: number;
  readonly replace: number;
}

const seconds = ({ rebuild, replace }: Cycle): number => rebuild + replace;

export default check(async ({ lab, finding, exhibit }) => {
  await using ends = new AsyncDisposableStack();
  const running: { container?: Container; machine?: RunningGuest; disk?: string } = {};
  ends.defer(async () => {
    await running.container?.[Symbol.asyncDispose]();
    await running.machine?.[Symbol.asyncDispose]();
  });

  const releaseContainer = async (cache: boolean): Promise<Cycle> => {
    const word = lab.token();
    const watch = stopwatch();
    const instructions = [install, `RUN echo ${word} > ${page}`];
    const image = await lab.builtImage({ name: 'release', from: 'minimal', instructions, cache });
    const rebuild = watch.seconds();
    await running.container?.[Symbol.asyncDispose]();
    const box = await lab.container({ image, command: ['httpd', '-f', '-h', '/srv/www', '-p', '80'] });
    running.container = box;
    const answered = await askContainers(lab, [box], { rounds: 1, word, patienceSeconds: 20 });
    if (answered !== 1) throw new Error('The new container does not serve the line that was edited.');
    return { rebuild, replace: watch.seconds() - rebuild };
  };
  const releaseMachine = async (): Promise<Cycle> => {
    const word = lab.token();
    const watch = stopwatch();
    const path = await lab.bootableDisk({ tree: 'minimal', files: { [page]: word }, drivers: 'own' });
    const rebuild = watch.seconds();
    await running.machine?.[Symbol.asyncDispose]();
    const machine = await lab.guest({
      image: 'bare',
      disks: [{ path, format: 'raw' }],
      append: 'lab.root=/dev/vda1',
      memoryMiB: 512,
      publish: [80],
      withoutAgent: true,
    });
    running.machine = machine;
    const answer = await firstAnswer(machine.address(80), { timeoutMs: 120_000 });
    const replace = watch.seconds() - rebuild;
    if (answer.trim() !== word) throw new Error('The new machine does not serve the line that was edited.');
    // The former release's disk, which would add up.
    if (running.disk !== undefined) await lab.host.exec(['rm', '-f', running.disk]);
    running.disk = path;
    return { rebuild, replace };
  };

  // The first build of all finds no layer of ours in the cache.
  await releaseContainer(true);
  const taken = { container: [] as Cycle[], machine: [] as Cycle[], 'container, nothing cached': [] as Cycle[] };
  const kept = async (kind: keyof typeof taken, cycle: Promise<Cycle>): Promise<number> => {
    const one = await cycle;
    taken[kind].push(one);
    return seconds(one);
  };
  const container = { label: 'container', emulated: false };
  const machine = { label: 'guest', emulated: lab.emulated };
  const wallClock = { quantity: 'cost', unit: 's', clock: 'wall' } as const;
  await finding('cycle', {
    measure: paired({
      ...wallClock,
      warmups: 0,
      atLeast: cycles,
      atMost: cycles,
      subject: { subject: machine, take: () => kept('machine', releaseMachine()) },
      baseline: { subject: container, take: () => kept('container', releaseContainer(true)) },
    }),
    controls: {
      'without-cache': replayPaired(
        { ...wallClock, subject: machine, baseline: { ...container, label: 'container, nothing cached' } },
        async () => {
          const subject = taken.machine.map(seconds);
          const baseline: number[] = [];
          while (baseline.length < subject.length) {
            baseline.push(await kept('container, nothing cached', releaseContainer(false)));
          }
          return { subject, baseline };
        },
      ),
    },
  });

  const middle = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  const rounded = (value: number): number => Math.round(value * 1000) / 1000;
  const kinds = Object.entries(taken);
  await exhibit({
    id: 'stages',
    title: 'One cycle by its stages, seconds (median of each)',
    columns: ['Stage', ...kinds.map(([kind]) => kind)],
    rows: [
      ['Rebuild', ...kinds.map(([, those]) => rounded(middle(those.map(({ rebuild }) => rebuild))))],
      [
        'Replace, until the new answer',
        ...kinds.map(([, those]) => rounded(middle(those.map(({ replace }) => replace)))),
      ],
    ],
  });
  await exhibit({
    id: 'rates',
    title: 'Cycles in a minute',
    columns: ['What is released', 'Cycles in a minute (by the median)', 'Cycles taken'],
    rows: kinds.map(([kind, those]) => [kind, rounded(60 / middle(those.map(seconds))), those.length]),
  });
});
