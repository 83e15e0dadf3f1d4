import { readFile } from 'node:fs/promises';
import { amounts, check, machineFiles, once, replayPaired, stopwatch, swarmStand, until } from '#verify';

const first = 3;
const more = 5;
const patienceMs = 120_000;
const tasks = ['deploy', 'scale', 'update', 'roll back', 'remove'] as const;
const serve = (version: string): string[] => ['sh', '-c', `: ${version}; exec httpd -f -p 80 -h /srv/www`];

/** What it took to carry out all tasks once. */
interface Pass {
  /** Seconds, task by task. */
  readonly seconds: readonly number[];
  readonly orders: number;
  /** Of what had to be written down beforehand. */
  readonly lines: number;
}

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const rows: (string | number)[][] = [];
  const timed = async (what: string, works: readonly (() => Promise<void>)[]): Promise<number[]> => {
    const seconds: number[] = [];
    for (const [index, work] of works.entries()) {
      const watch = stopwatch();
      await work();
      seconds.push(watch.seconds());
      rows.push([what, tasks[index] ?? '', Math.round(watch.seconds() * 100) / 100]);
    }
    return seconds;
  };
  const reached = async (holds: () => Promise<boolean>, what: string): Promise<void> => {
    if (!(await until(holds, patienceMs))) throw new Error(`${what} took longer than ${String(patienceMs)} ms.`);
  };

  const cluster = once(async () => swarmStand(await lab.privateEngine()));
  const containers = async (): Promise<Pass> => {
    const { swarm, image } = await cluster();
    const options = { image, command: serve('one'), replicas: first, updateAtOnce: 0 };
    let orders = 0;
    const service = once(() => swarm.service(options));
    let known = new Set<string>();
    /** So many replicas run that did not before; those that were replaced do not count. */
    const running = async (count: number, anew: boolean): Promise<void> => {
      orders += 1;
      const own = await service();
      const now = async (): Promise<string[]> =>
        (await own.tasks())
          .filter(({ state, desired }) => state === 'running' && desired === 'running')
          .map(({ id }) => id);
      await reached(async () => {
        const ids = await now();
        return ids.length === count && (!anew || ids.every((id) => !known.has(id)));
      }, 'An order to the cluster');
      known = new Set(await now());
    };
    const seconds = await timed('containers', [
      () => running(first, false),
      async () => {
        await (await service()).scale(more);
        await running(more, false);
      },
      async () => {
        await (await service()).update({ command: serve('two') });
        await running(more, true);
      },
      async () => {
        await (await service()).update({ command: serve('one') });
        await running(more, true);
      },
      async () => {
        orders += 1;
        await (await service())[Symbol.asyncDispose]();
      },
    ]);
    return { seconds, orders, lines: Object.keys(options).length };
  };

  const machines = async (): Promise<Pass> => {
    const files = await machineFiles({ folder: await lab.scratchDirectory(), emulated: lab.emulated });
    await using manager = await lab.machineManager();
    let orders = 0;
    let lines = 0;
    const tell = async (...words: readonly string[]): Promise<void> => {
      orders += 1;
      const { refused } = await manager.virsh(...words);
      if (refused !== null) throw new Error(`The manager refuses ${words.join(' ')}: ${refused}`);
    };
    const start = async (name: string): Promise<void> => {
      const path = await files.definition(name);
      lines += (await readFile(path, 'utf8')).split('\n').length;
      await tell('define', path);
      await tell('start', name);
    };
    const up = (name: string) => reached(async () => (await files.said(name)) !== null, 'The boot of a machine');
    const end = async (name: string): Promise<void> => {
      await tell('destroy', name);
      await tell('undefine', name);
    };
    const names = Array.from({ length: more }, () => `bare-claims-${lab.token()}`);
    const startAll = async (which: readonly string[]): Promise<void> => {
      for (const name of which) await start(name);
      await Promise.all(which.map(up));
    };
    const replaceAll = async (): Promise<void> => {
      for (const name of names) await end(name);
      await startAll(names);
    };
    const seconds = await timed('virtual machines', [
      () => startAll(names.slice(0, first)),
      () => startAll(names.slice(first)),
      replaceAll,
      replaceAll,
      async () => {
        for (const name of names) await end(name);
      },
    ]);
    return { seconds, orders, lines };
  };
  // A second pass is for the interval; where machines are emulated, nothing is judged by it.
  const passes = (pass: () => Promise<Pass>) =>
    once(async () => (lab.emulated ? [await pass()] : [await pass(), await pass()]));
  const [ofContainers, ofMachines, ofOthers] = [passes(containers), passes(machines), passes(containers)];

  const seconds = (done: readonly Pass[]): number[] => done.flatMap((pass) => pass.seconds);
  const compared = (label: string, emulated: boolean, done: () => Promise<readonly Pass[]>) =>
    replayPaired(
      {
        subject: { label, emulated },
        baseline: { label: 'containers', emulated: false },
        ...{ quantity: 'cost', unit: 's', clock: 'wall' },
      },
      async () => ({ subject: seconds(await done()), baseline: seconds(await ofContainers()) }),
    );
  await finding('slower', {
    measure: compared('virtual machines', lab.emulated, ofMachines),
    controls: { 'same-side': compared('containers, again', false, ofOthers) },
  });
  const proxy = (what: 'orders' | 'lines') =>
    amounts(async () => ({
      subject: { label: 'virtual machines', value: (await ofMachines())[0]?.[what] ?? NaN },
      baseline: { label: 'containers', value: (await ofContainers())[0]?.[what] ?? NaN },
      unit: '1',
    }));
  await supporting('orders', { measure: proxy('orders') });
  await supporting('lines', { measure: proxy('lines') });

  await exhibit({ id: 'tasks', title: 'Each task', columns: ['By', 'Task', 'Seconds'], rows });
});
