import { amount, check, inTurns, ladder, replay, stopwatch, type Container } from '#verify';

const many = 100;

/** Stamps the clock at once, and again when the machine has been up for as many seconds as LATE says; then stays. */
const stampTwice = `
/bin/stamp
read -r now idle < /proc/uptime
wait=$((LATE - \${now%.*}))
if [ "$wait" -gt 0 ]; then sleep "$wait"; fi
/bin/stamp
echo late
exec sleep 600`;

/** Containers that run at once, and the watch that was started before the first was asked for. */
interface Burst {
  readonly watch: ReturnType<typeof stopwatch>;
  readonly containers: readonly Container[];
}

export default check(async ({ lab, finding, supporting }) => {
  const image = await lab.image('bare');

  const burst = async (count: number, network: 'bridge' | 'host'): Promise<Burst> => {
    const watch = stopwatch();
    // The second stamp comes in time for nobody; counted from now on, so that all are there soon after the last start.
    const env = { LATE: String(Math.ceil(Number(process.hrtime.bigint()) / 1e9) + 12) };
    const command = ['/bin/sh', '-c', stampTwice];
    const containers = await Promise.all(
      Array.from({ length: count }, () => lab.container({ image, network, init: false, command, env })),
    );
    const running = new Set((await lab.engine().docker.listContainers()).map(({ Id }) => Id));
    const ended = containers.filter(({ id }) => !running.has(id)).length;
    if (ended > 0) throw new Error(`${String(ended)} of ${String(count)} containers ended; all must run at once.`);
    return { watch, containers };
  };
  // Starting is what is examined; to be asked to remove a hundred at once, a loaded engine may take amiss.
  const remove = ({ containers }: Burst) =>
    inTurns(containers, 10, async (one) => {
      await one[Symbol.asyncDispose]();
    });

  /** Seconds from the first request to each container's first stamp (0) or second (1). */
  const moments = ({ watch, containers }: Burst, which: 0 | 1): Promise<readonly number[]> =>
    inTurns(containers, 10, async (container) => {
      await container.waitForOutput(which === 1 ? 'late' : '\n');
      const { stdout } = await container.logs();
      return watch.secondsUntil(stdout.split('\n')[which] ?? '');
    });
  const last = (subject: string, seconds: () => Promise<readonly number[]>) =>
    amount(async () => ({ subject, value: Math.max(...(await seconds())), unit: 's' }));

  const stamp = await lab.stampProgram();
  const processes = last('processes in namespaces of their own', async () => {
    const watch = stopwatch();
    const printed = await Promise.all(
      Array.from({ length: many }, () => lab.host.exec(['unshare', '-mpuin', '--fork', stamp])),
    );
    return printed.map(({ stdout }) => watch.secondsUntil(stdout));
  });

  const inBulk = [
    { id: 'host-network', each: 'host-network-one-by-one', burst: await burst(many, 'host') },
    { id: 'default-network', each: 'default-network-one-by-one', burst: await burst(many, 'bridge') },
  ] as const;
  const wallClock = { quantity: 'cost', unit: 's', clock: 'wall' } as const;
  const subject = { label: 'container, one of many', emulated: false };
  let slowest = NaN;
  for (const { id, each, burst: started } of inBulk) {
    let all: readonly number[] = [];
    await finding(id, {
      measure: last('the last of the containers', async () => (all = await moments(started, 0))),
      controls: { late: last('the last of the containers', () => moments(started, 1)), processes },
    });
    await supporting(each, { measure: replay({ ...wallClock, subject }, () => all) });
    slowest = Math.max(...all);
  }
  for (const { burst: started } of inBulk) await remove(started);

  const rate = async (count: number): Promise<number> => {
    const some = await burst(count, 'bridge');
    const seconds = Math.max(...(await moments(some, 0)));
    await remove(some);
    return count / seconds;
  };
  const rungs = [1, 10, 25, 50].map((count) => ({
    subject: { label: `${String(count)} at once`, emulated: false },
    take: () => rate(count),
  }));
  const allOfThem = {
    subject: { label: `${String(many)} at once`, emulated: false },
    take: () => Promise.resolve(many / slowest),
  };
  await supporting('throughput', {
    measure: ladder([...rungs, allOfThem], {
      quantity: 'rate',
      unit: '1/s',
      clock: 'wall',
      warmups: 0,
      atLeast: 1,
      atMost: 1,
    }),
  });
});
