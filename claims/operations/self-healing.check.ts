import {
  amounts,
  askedForHealth,
  check,
  namingServer,
  running,
  stopwatch,
  swarmStand,
  untilRestored,
  type SwarmTask,
} from '#verify';

/** Replicas of each service, spread over two nodes. */
const replicas = 4;

/** Instances of a service: those that answered before the harm, and those that answer after it, the harmed left out. */
interface Strength {
  readonly before: number;
  readonly after: number;
}

export default check(async ({ lab, finding, exhibit }) => {
  const [manager, worker] = await Promise.all([lab.privateEngine(), lab.privateEngine()]);
  await worker.image('bare');
  const { swarm, image, ask, untilAllAnswer } = await swarmStand(manager, { workers: [worker.engine()] });
  const [managing = '', working = ''] = swarm.nodeIds;
  const serve = (restart: 'any' | 'none') =>
    swarm.service({ image, replicas, restart, command: namingServer(), healthcheck: askedForHealth });
  const [tended, untended] = [await serve('any'), await serve('none')];
  for (const service of [tended, untended]) await untilAllAnswer(service);
  const rows: [string, string, number, number, number][] = [];

  /** The same harm to both services, and what became of each. */
  const harmed = async (
    what: string,
    concerns: (task: SwarmTask) => boolean,
    harm: (victims: readonly SwarmTask[]) => Promise<unknown>,
    atMost = replicas,
  ): Promise<{ readonly tended: Strength; readonly untended: Strength }> => {
    const watched = async (service: typeof tended) => {
      const tasks = running(await service.tasks());
      const load = await ask(service);
      const { dueMs: sinceMs } = await load.next();
      return { service, load, sinceMs, before: tasks.length, lost: tasks.filter(concerns).slice(0, atMost) };
    };
    const both = [await watched(tended), await watched(untended)];
    const watch = stopwatch();
    await harm(both.flatMap(({ lost }) => lost));
    const strengths = await Promise.all(
      both.map(async ({ service, load, sinceMs, before, lost }): Promise<Strength> => {
        await using asking = load;
        const after = await untilRestored(service, asking, { instances: before, lost, sinceMs });
        const policy = service === tended ? 'any' : 'none';
        rows.push([what, policy, lost.length, after, Math.round(watch.seconds() * 100) / 100]);
        return { before, after };
      }),
    );
    const [first, second] = strengths;
    if (first === undefined || second === undefined) throw new Error('Two services were harmed.');
    return { tended: first, untended: second };
  };

  const settle = async (id: string, result: Awaited<ReturnType<typeof harmed>>) => {
    const strength = ({ before, after }: Strength) =>
      amounts(() => ({
        subject: { label: 'instances that answer in the end, without those that were harmed', value: after },
        baseline: { label: 'instances before', value: before },
        unit: '1',
      }));
    await finding(id, {
      measure: strength(result.tended),
      controls: { 'restart-none': strength(result.untended) },
    });
  };
  const pathIn = ({ pid }: SwarmTask, path: string) => `/proc/${String(pid)}/root${path}`;
  const here = ({ nodeId }: SwarmTask) => nodeId === managing;
  await settle(
    'killed',
    await harmed(
      'process killed',
      here,
      (victims) => lab.host.exec(['kill', '-KILL', ...victims.map(({ pid }) => String(pid))]),
      1,
    ),
  );
  await settle(
    'ill',
    await harmed(
      'page gone',
      here,
      (victims) => lab.host.exec(['rm', ...victims.map((task) => pathIn(task, '/srv/www/who'))]),
      1,
    ),
  );
  await settle(
    'drained',
    await harmed(
      'node drained',
      ({ nodeId }) => nodeId === working,
      () => swarm.setAvailability(working, 'drain'),
    ),
  );
  await exhibit({
    id: 'harm',
    title: 'What became of each service',
    columns: ['Harm', 'Restart condition', 'Instances harmed', 'Others that answer in the end', 'Seconds until then'],
    rows,
  });
});
