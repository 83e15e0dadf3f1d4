import {
  amount,
  answeringFor,
  check,
  firstAnswers,
  kubernetesCluster,
  namingServer,
  running,
  stopwatch,
  swarmStand,
  truth,
  type SteadyLoad,
  type SwarmService,
} from '#verify';

/** Instances that are ordered, and the time within which all of them must answer. */
const [many, allowedSeconds] = [20, 60];

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const { swarm, image, ask } = await swarmStand(await lab.privateEngine());
  const rows: [string, number, number][] = [];
  const counted = (subject: string, count: () => Promise<number>) =>
    amount(async () => {
      const watch = stopwatch();
      const value = await count();
      rows.push([subject, value, Math.round(watch.seconds() * 100) / 100]);
      return { subject, value, unit: '1' };
    });

  const isHopeless = async (service: SwarmService): Promise<boolean> => {
    const tasks = await service.tasks();
    const failed = tasks.filter(({ state }) => state === 'failed' || state === 'rejected');
    return failed.length >= many && running(tasks).length === 0;
  };
  /** Orders many, and waits until all answer, the time is over, or none runs and as many failed. */
  const raise = async (service: SwarmService, load: SteadyLoad): Promise<number> => {
    const [watch, { dueMs: sinceMs }] = [stopwatch(), await load.next()];
    await service.scale(many);
    for (;;) {
      const { size } = await firstAnswers(load, many, { withinMs: 250, sinceMs });
      if (size === many || watch.seconds() > allowedSeconds || (await isHopeless(service))) return size;
    }
  };
  /** Waits until no more instances answer than are ordered, and counts those that have gone. */
  const gone = async (service: SwarmService, load: SteadyLoad): Promise<number> => {
    const [watch, ordered] = [stopwatch(), await service.replicas()];
    for (;;) {
      // Long enough for each instance to have its turn.
      const { size } = await answeringFor(load, 500);
      if (size <= ordered || watch.seconds() > allowedSeconds) return many - size;
    }
  };

  const service = await swarm.service({ image, command: namingServer() });
  const load = await ask(service);
  await firstAnswers(load, 1, { withinMs: allowedSeconds * 1000 });
  // At the same time, for the orchestrator takes its time before it tries again what cannot start.
  const hopeless = 'instances that answer, of an image that cannot start';
  const failing = (async () => {
    const watch = stopwatch();
    const nowhere = { ...image, reference: `bare-claims/${lab.token()}:none` };
    await using broken = await swarm.service({ image: nowhere, command: namingServer() });
    await using asking = await ask(broken);
    const value = await raise(broken, asking);
    rows.push([hopeless, value, Math.round(watch.seconds() * 100) / 100]);
    return { subject: hopeless, value, unit: '1' } as const;
  })();
  // Whoever needs it hears of a failure; nobody may.
  failing.catch(() => undefined);
  await finding('swarm-up', {
    measure: counted('instances that answer after the order for more', () => raise(service, load)),
    controls: { 'cannot-start': amount(() => failing) },
  });
  // Looked at before the order, with the twenty that are there anyway.
  const unordered = await gone(service, load);
  await finding('swarm-down', {
    measure: counted('instances that answer no more after the order for one', async () => {
      await service.scale(1);
      return gone(service, load);
    }),
    controls: {
      'no-order': amount(() => ({
        subject: 'instances that answer no more, without an order',
        value: unordered,
        unit: '1',
      })),
    },
  });
  await supporting('kubernetes', { measure: truth(kubernetesCluster) });
  await exhibit({
    id: 'orders',
    title: 'What was ordered, and how long it took',
    columns: ['Counted', 'Instances', 'Seconds'],
    rows,
  });
});
