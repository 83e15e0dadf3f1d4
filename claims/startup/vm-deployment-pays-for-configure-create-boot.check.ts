import { join } from 'node:path';
import {
  amount,
  askContainers,
  check,
  firstAnswer,
  once,
  paired,
  replay,
  replayPaired,
  sameWindow,
  stopwatch,
  type RunningGuest,
} from '#verify';

/** Six is the least from which a median has an interval. */
const deployments = 6;

/** The kernel's own start-up code then says a word on the console before anything else does, and the kernel no more. */
const announced = 'debug earlyprintk=serial,ttyS0,115200 loglevel=4';

const stages = [
  'Make the image',
  'Create the instance',
  'Start the monitor; firmware',
  'Kernel',
  'Init',
  'Service answers',
] as const;
type Stage = (typeof stages)[number];
/** Seconds of each stage; a container has fewer of them. */
type Timeline = Readonly<Partial<Record<Stage, number>>>;

const sum = (timeline: Timeline, which: readonly Stage[] = stages): number =>
  which.reduce((total, stage) => total + (timeline[stage] ?? 0), 0);
/** What the statement blames: all but making the image and starting the service. */
const createAndBoot = stages.slice(1, -1);

export default check(async ({ lab, finding, exhibit }) => {
  const folder = await lab.scratchDirectory();
  const page = '/srv/www/index.html';

  const answers = async (guest: RunningGuest): Promise<void> => {
    await guest.exec(['httpd', '-h', '/srv/www', '-p', '8080']);
    await firstAnswer(guest.address(8080), { timeoutMs: 60_000 });
  };
  const deployMachine = async (configure?: (guest: RunningGuest) => Promise<unknown>): Promise<Timeline> => {
    const watch = stopwatch();
    const word = lab.token();
    const image = await lab.bootableDisk({ tree: 'bare', files: { [page]: word }, drivers: 'own' });
    const made = watch.seconds();
    const disk = join(folder, `${word}.raw`);
    await lab.host.exec(['cp', '--sparse=always', image, disk]);
    const calledAt = performance.now();
    const copied = watch.seconds();
    await using guest = await lab.guest({
      image: 'bare',
      disks: [{ path: disk, format: 'raw' }],
      append: `lab.root=/dev/vda1 ${announced}`,
      publish: [8080],
    });
    const up = watch.seconds();
    await configure?.(guest);
    await answers(guest);
    const total = watch.seconds();
    const { spawnedAt, consoleMs, readyMs } = guest.timings;
    if (consoleMs === null || readyMs === null) throw new Error('The machine came up and its console told nothing.');
    // The kernel's own clock begins with it: seconds of it at its first process.
    const { stdout } = await guest.exec(['sh', '-c', 'dmesg | grep "Run /init"']);
    const kernel = Number(/\[ *([\d.]+)\]/.exec(stdout)?.[1] ?? NaN);
    const beforeSpawn = (spawnedAt - calledAt) / 1000;
    return {
      'Make the image': made,
      'Create the instance': copied - made + beforeSpawn,
      'Start the monitor; firmware': consoleMs / 1000,
      Kernel: kernel,
      Init: up - copied - beforeSpawn - consoleMs / 1000 - kernel,
      'Service answers': total - up,
    };
  };
  const deployContainer = async (): Promise<Timeline> => {
    const watch = stopwatch();
    const word = lab.token();
    const image = await lab.builtImage({ name: 'page', from: 'bare', files: { [page]: word } });
    const made = watch.seconds();
    const command = ['httpd', '-f', '-h', '/srv/www', '-p', '80'];
    await using created = await lab.createdContainer({ image, command });
    await using box = await created.start();
    const up = watch.seconds();
    const answered = await askContainers(lab, [box], { rounds: 1, word, patienceSeconds: 20 });
    if (answered !== 1) throw new Error('The container was started and did not answer with its page.');
    return { 'Make the image': made, 'Create the instance': up - made, 'Service answers': watch.seconds() - up };
  };

  const machine = { label: 'guest, minimal', emulated: lab.emulated };
  const wallClock = { quantity: 'cost', unit: 's', clock: 'wall' } as const;
  interface Deployed {
    readonly machine: Timeline;
    readonly container: Timeline;
  }
  const deployed: Deployed[] = [];
  const deployBoth = async (): Promise<Deployed> => {
    const one = { container: await deployContainer(), machine: await deployMachine() };
    deployed.push(one);
    return one;
  };
  const difference = (one: Deployed): number => sum(one.machine) - sum(one.container);
  const resumed = async (): Promise<number> => {
    const watch = stopwatch();
    await using guest = await lab.restoredGuest({ image: 'bare', publish: [8080] });
    const seconds = watch.seconds();
    await answers(guest);
    return seconds;
  };
  const part = { ...machine, label: 'create and boot' };
  const whole = { ...machine, label: "a machine's deployment, less a container's" };
  const inDeployment = sameWindow(deployBoth);
  await finding('share', {
    measure: paired({
      ...wallClock,
      warmups: 0,
      atLeast: deployments,
      atMost: deployments,
      subject: { subject: part, take: inDeployment((one) => sum(one.machine, createAndBoot)) },
      baseline: { subject: whole, take: inDeployment(difference) },
    }),
    controls: {
      restored: replayPaired(
        { ...wallClock, subject: { ...part, label: 'resume from a saved state' }, baseline: whole },
        async () => {
          const subject: number[] = [];
          while (subject.length < deployed.length) subject.push(await resumed());
          return { subject, baseline: deployed.map(difference) };
        },
      ),
    },
  });

  // At once, since they mostly wait; that can only make each of them slower.
  const slow = once(() => {
    const forAMinute = (guest: RunningGuest) => guest.exec(['sleep', '60'], { timeoutMs: 180_000 });
    return Promise.all(Array.from({ length: deployments }, () => deployMachine(forAMinute)));
  });
  const totals = () => deployed.map((one) => sum(one.machine));
  await finding('minutes', {
    measure: replay({ ...wallClock, subject: machine }, async () => {
      // Those that are there already count; a rehearsal has taken fewer.
      while (deployed.length < deployments) await deployBoth();
      return totals();
    }),
    controls: {
      'configured-for-a-minute': replay({ ...wallClock, subject: machine }, async () =>
        (await slow()).map((one) => sum(one)),
      ),
    },
  });
  const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  const bound = lab.emulated ? 'upper' : 'exact';
  await finding('minutes-with-install', {
    measure: amount(async () => {
      const watch = stopwatch();
      await lab.installTree('full');
      return {
        subject: 'install a distribution, then deploy',
        value: watch.seconds() + middle(totals()),
        unit: 's',
        bound,
      };
    }),
    controls: {
      'without-install': amount(() => ({ subject: 'deploy', value: middle(totals()), unit: 's', bound })),
      'configured-for-a-minute': amount(async () => ({
        subject: 'deploy a machine that is configured for a minute',
        value: middle((await slow()).map((one) => sum(one))),
        unit: 's',
        bound,
      })),
    },
  });
  await exhibit({
    id: 'timeline',
    title: 'A deployment by its stages, seconds (median of each)',
    columns: ['Stage', 'Machine', 'Container'],
    rows: stages.map((stage) => {
      const of = (side: 'machine' | 'container') => {
        const values = deployed.flatMap((one) => one[side][stage] ?? []);
        return values.length === 0 ? null : Math.round(middle(values) * 1000) / 1000;
      };
      return [stage, of('machine'), of('container')];
    }),
  });
});
