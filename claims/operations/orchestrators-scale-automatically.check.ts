import {
  amounts,
  check,
  isAnswered,
  kubernetesCluster,
  namingServer,
  replay,
  running,
  swarmStand,
  truth,
  untilTasks,
} from '#verify';

/** Milliseconds between the requests to a service that is hardly used, and to one that is asked for more than it can do. */
const everyMs = { calm: 200, busy: 5 };
/** For how long it is asked so: a few seconds are what an orchestrator has to notice. */
const forMs = { calm: 2_000, busy: 10_000 };
/** The share of a processor that the busy client asks too much of. */
const cpus = 0.01;

export default check(async ({ lab, finding, supporting }) => {
  const { swarm, image, ask } = await swarmStand(await lab.privateEngine());
  const service = await swarm.service({ image, command: namingServer(), cpus });
  const replicas = async () => running(await service.tasks()).length;
  const untilRunning = (count: number) =>
    untilTasks(service, (tasks) => running(tasks).length === count, { what: 'as ordered', timeoutMs: 60_000 });

  /**
   * Asks for a while and then, still asking, looks. Also returns how many seconds each request waited; one that was
   * lost counts as if it had waited all the time.
   */
  const asked = async <T>(how: keyof typeof everyMs, look: () => Promise<T>) => {
    await using load = await ask(service, { everyMs: everyMs[how] });
    const { dueMs: fromMs } = await load.until(isAnswered, 'an answer', 30_000);
    await load.until(({ dueMs }) => dueMs >= fromMs + forMs[how], 'the end of the time', forMs[how] + 30_000);
    const seen = await look();
    const { requests } = await load.stop();
    const counted = requests.filter(({ dueMs }) => dueMs >= fromMs);
    const waits = counted.map(({ answeredMs }) => (answeredMs ?? forMs.busy) / 1000);
    return { seen, waits };
  };
  await untilRunning(1);
  const calm = await asked('calm', replicas);
  const busy = await asked('busy', async () => ({
    unaided: await replicas(),
    byHand: async () => {
      await service.scale(2);
      await untilRunning(2);
      return replicas();
    },
  }));

  const followed = (label: string, count: () => Promise<number>) =>
    amounts(async () => ({
      subject: { label, value: await count() },
      baseline: { label: 'replicas of the service while it was hardly asked', value: calm.seen },
      unit: '1',
    }));
  await finding('swarm', {
    measure: followed('replicas of the service after a time of being overloaded', async () => busy.seen.unaided),
    controls: { 'by-hand': followed('replicas after somebody ordered one more', busy.seen.byHand) },
  });
  await finding('kubernetes', {
    measure: truth(kubernetesCluster),
    controls: { 'by-hand': truth(kubernetesCluster), calm: truth(kubernetesCluster) },
  });
  const waiting = (label: string, waits: readonly number[]) =>
    replay({ subject: { label, emulated: false }, quantity: 'cost', unit: 's', clock: 'wall' }, () => waits);
  await supporting('load-felt', {
    measure: waiting('wait for an answer of the service, overloaded', busy.waits),
    controls: { calm: waiting('wait for an answer of the service, hardly asked', calm.waits) },
  });
});
