import {
  amount,
  check,
  firstAnswers,
  instanceIn,
  namingServer,
  once,
  running,
  swarmStand,
  untilTasks,
  untilUpdated,
  type SwarmService,
} from '#verify';

/** How long one operation may take. */
const withinMs = 30_000;

/** Says its secret, on the web and on its standard output, and its name. */
const tellSecret = [
  'sh',
  '-c',
  'mkdir -p /srv/www; echo "$(cat /run/secrets/word) $(hostname)" | tee /srv/www/who; exec httpd -f -p 80 -h /srv/www',
];

export default check(async ({ lab, supporting, exhibit }) => {
  const cluster = async () => {
    const [manager, worker] = await Promise.all([lab.privateEngine(), lab.privateEngine()]);
    await worker.image('bare');
    return swarmStand(manager, { workers: [worker.engine()] });
  };

  /** Every operation by what it is for, and whether it had its effect. All are ordered of one engine. */
  const tryAll = async ({
    swarm,
    image,
    ask,
  }: Awaited<ReturnType<typeof cluster>>): Promise<ReadonlyMap<string, string>> => {
    const [, workerNode = ''] = swarm.nodeIds;
    const word = lab.token();
    let service: SwarmService | null = null;
    const theService = (): SwarmService => {
      if (service === null) throw new Error('There is no service to do it with.');
      return service;
    };
    const onNodes = async () => new Set(running(await theService().tasks()).map(({ nodeId }) => nodeId)).size;
    const answering = async (count: number, version?: string): Promise<boolean> => {
      await using load = await ask(theService());
      const seen = await load.within(withinMs, (asked) => instanceIn(asked)?.version === (version ?? word));
      return seen !== null && (await firstAnswers(load, count, { withinMs })).size === count;
    };
    const operations: Readonly<Record<string, () => Promise<boolean>>> = {
      'see every node and its state': async () => (await swarm.nodes()).every(({ state }) => state === 'ready'),
      'run a service on all nodes': async () => {
        service = await swarm.service({ image, replicas: 2, command: tellSecret, secrets: { word } });
        await untilTasks(service, (tasks) => running(tasks).length === 2, { what: 'running', timeoutMs: withinMs });
        return (await onNodes()) === 2;
      },
      'find its instances by one name, on whichever node': () => answering(2),
      'hand a secret to each': () => answering(1, word),
      'read what each printed': async () => (await theService().logs()).split(word).length > 2,
      'order more instances': async () => {
        await theService().scale(3);
        return answering(3);
      },
      'replace them in turn by another version': async () => {
        await theService().update({ command: namingServer({ version: 'new' }) });
        return (await untilUpdated(theService(), withinMs)) === 'completed' && answering(1, 'new');
      },
      'take a node out of service': async () => {
        await swarm.setAvailability(workerNode, 'drain');
        const moved = (tasks: Parameters<typeof running>[0]) =>
          running(tasks).length === 3 && running(tasks).every(({ nodeId }) => nodeId !== workerNode);
        await untilTasks(theService(), moved, { what: 'on the other node', timeoutMs: withinMs });
        return true;
      },
    };
    const results = new Map<string, string>();
    for (const [what, operate] of Object.entries(operations)) {
      results.set(
        what,
        await operate().then(
          (worked) => (worked ? 'works' : 'without effect'),
          () => 'refused or not possible',
        ),
      );
    }
    return results;
  };
  const tried = once(async () => {
    const stand = await cluster();
    const clustered = await tryAll(stand);
    await stand.swarm.leave();
    const alone = await tryAll(stand);
    await exhibit({
      id: 'operations',
      title: 'What one engine can be ordered to do for all',
      columns: ['Operation', 'In cluster mode', 'Single engine'],
      rows: [...clustered].map(([what, result]) => [what, result, alone.get(what) ?? '']),
    });
    return { clustered, alone };
  });

  const count = (which: 'clustered' | 'alone') =>
    amount(async () => ({
      subject: 'operations of the list that have their effect',
      value: [...(await tried())[which].values()].filter((result) => result === 'works').length,
      unit: '1',
    }));
  await supporting('one-endpoint', { measure: count('clustered'), controls: { 'single-engine': count('alone') } });
});
