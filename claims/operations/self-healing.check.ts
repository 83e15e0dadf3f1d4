import {
  amounts,
  asWanted,
  askedForHealth,
  check,
  namingServer,
  once,
  running,
  stopwatch,
  swarmStand,
  untilRestored,
  untilTasks,
  type SwarmService,
  type SwarmTask,
} from '#verify';

/** Replicas of each service, spread over two nodes. */
const replicas = 4;

/** Two services that differ only in whether their tasks are to be replaced. */
interface Services {
  readonly tended: SwarmService;
  readonly untended: SwarmService;
}

/** Instances that answered before a harm, and those that answer after it, the harmed ones left out. */
interface Strength {
  readonly before: number;
  readonly after: number;
}

interface Harm {
  readonly what: string;
  /** Which tasks of each service are harmed. */
  readonly victims: (tasks: readonly SwarmTask[]) => readonly SwarmTask[];
  readonly inflict: (victims: readonly SwarmTask[]) => Promise<unknown>;
}

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const [manager, worker] = await Promise.all([lab.privateEngine(), lab.privateEngine()]);
  await worker.image('bare');
  const { swarm, image, ask, untilAllAnswer } = await swarmStand(manager, { workers: [worker.engine()] });
  const [managing = '', working = ''] = swarm.nodeIds;
  const serve = async (): Promise<Services> => {
    const common = { image, replicas, command: namingServer(), healthcheck: askedForHealth };
    const served = async (restart: 'any' | 'none') => {
      const service = await swarm.service({ ...common, restart });
      await untilAllAnswer(service);
      return service;
    };
    const [tended, untended] = await Promise.all([served('any'), served('none')]);
    return { tended, untended };
  };
  const rows: [string, string, number, number, number][] = [];

  /** Does the same harm to both services at once, and sees what becomes of each. */
  const harmed = async (services: Services, { what, victims, inflict }: Harm) => {
    const watched = async (service: SwarmService, restart: string) => {
      const quiet = { what: 'at rest', timeoutMs: 60_000 };
      const tasks = running(await untilTasks(service, asWanted, quiet));
      const load = await ask(service);
      const { dueMs: sinceMs } = await load.next();
      return { service, restart, load, sinceMs, before: tasks.length, lost: victims(tasks) };
    };
    const [tended, untended] = await Promise.all([watched(services.tended, 'any'), watched(services.untended, 'none')]);
    const watch = stopwatch();
    await inflict([...tended.lost, ...untended.lost]);
    const after = async (side: typeof tended): Promise<Strength> => {
      await using load = side.load;
      const { before, lost, sinceMs } = side;
      const count = await untilRestored(side.service, load, { instances: before, lost, sinceMs });
      rows.push([what, side.restart, lost.length, count, Math.round(watch.seconds() * 100) / 100]);
      return { before, after: count };
    };
    const [restored, left] = await Promise.all([after(tended), after(untended)]);
    return { restored, left };
  };
  const plan = (services: () => Promise<Services>, harm: Harm) => {
    const outcome = once(async () => harmed(await services(), harm));
    const strength = (of: 'restored' | 'left') =>
      amounts(async () => {
        const { before, after } = (await outcome())[of];
        return {
          subject: { label: 'instances that answer in the end, without those that were harmed', value: after },
          baseline: { label: 'instances before', value: before },
          unit: '1',
        };
      });
    return { measure: strength('restored'), controls: { 'restart-none': strength('left') } };
  };

  const services = once(serve);
  const one = (tasks: readonly SwarmTask[]) => tasks.filter(({ nodeId }) => nodeId === managing).slice(0, 1);
  const onWorker = (tasks: readonly SwarmTask[]) => tasks.filter(({ nodeId }) => nodeId === working);
  const killed = plan(services, {
    what: 'process killed',
    victims: one,
    inflict: (victims) => lab.host.exec(['kill', '-KILL', ...victims.map(({ pid }) => String(pid))]),
  });
  const ill = plan(services, {
    what: 'page taken away',
    victims: one,
    inflict: (victims) => lab.host.exec(['rm', ...victims.map(({ pid }) => `/proc/${String(pid)}/root/srv/www/who`)]),
  });
  const drained = plan(services, {
    what: 'node told to go',
    victims: onWorker,
    inflict: () => swarm.setAvailability(working, 'drain'),
  });
  const anew = async () => {
    await swarm.setAvailability(working, 'active');
    return serve();
  };
  const lost = plan(anew, {
    what: 'node cut off',
    victims: onWorker,
    inflict: () => swarm.cutOff(working),
  });
  await finding('killed', killed);
  await finding('ill', ill);
  await finding('drained', drained);
  await supporting('lost', lost);
  await exhibit({
    id: 'harm',
    title: 'What became of each service',
    columns: ['Harm', 'Restart condition', 'Instances harmed', 'Others that answer in the end', 'Seconds until then'],
    rows,
  });
});
