import { check, replay, samples, stopwatch } from '#verify';

const container = { label: 'container', emulated: false };
const host = { label: 'host', emulated: false };

export default check(async ({ lab, finding, supporting }) => {
  const image = await lab.image('bare');

  // The program is the container's first process, not a child of an init: its first instruction is the question.
  const provision = async (command: readonly string[]) => {
    const watch = stopwatch();
    await using created = await lab.createdContainer({ image, command, init: false });
    const create = watch.seconds();
    await using running = await created.start();
    const start = watch.seconds();
    await running.wait();
    const { stdout } = await running.logs();
    return { create, start, total: watch.secondsUntil(stdout) };
  };
  const stages: Awaited<ReturnType<typeof provision>>[] = [];

  await finding('first-instruction', {
    measure: samples({
      subject: container,
      quantity: 'cost',
      unit: 's',
      clock: 'wall',
      warmups: 1,
      atLeast: 10,
      atMost: 12,
      take: async () => {
        const stage = await provision(['/bin/stamp']);
        stages.push(stage);
        return stage.total;
      },
    }),
    controls: {
      delayed: samples({
        subject: container,
        quantity: 'cost',
        unit: 's',
        clock: 'wall',
        warmups: 0,
        atLeast: 10,
        atMost: 10,
        concurrency: 10,
        take: async () => (await provision(['/bin/sh', '-c', 'sleep 1.2; exec /bin/stamp'])).total,
      }),
    },
  });

  const wallClock = { subject: container, quantity: 'cost', unit: 's', clock: 'wall' } as const;
  await supporting('create', { measure: replay(wallClock, () => stages.map(({ create }) => create)) });
  await supporting('start', { measure: replay(wallClock, () => stages.map(({ total, create }) => total - create)) });
  await supporting('bare-namespaces', {
    measure: samples({
      ...wallClock,
      subject: host,
      warmups: 1,
      atLeast: 10,
      atMost: 10,
      take: async () => {
        const watch = stopwatch();
        const { stdout } = await lab.host.exec(['unshare', '-mpuin', '--fork', await lab.stampProgram()]);
        return watch.secondsUntil(stdout);
      },
    }),
  });
});
