import { amounts, check, installCpuTimer, mib, truth, usageOfProcess, type Container } from '#verify';

type Service = 'first' | 'second';

/** What each service does and holds; how much processor time that takes, it is asked itself. */
const loads: Readonly<Record<Service, { readonly blocks: number; readonly heldBytes: number }>> = {
  first: { blocks: 150_000, heldBytes: mib(160) },
  second: { blocks: 60_000, heldBytes: mib(64) },
};

interface Observed {
  /** What the service used, by its own account (getrusage(2)), and what it wrote into memory. */
  readonly own: { readonly cpuSeconds: number; readonly heldBytes: number };
  /** How much its box used in the meantime, by the kernel's account. */
  readonly box: { readonly cpuSeconds: number; readonly heldBytes: number };
}

export default check(async ({ lab, finding }) => {
  const newBox = async (): Promise<Container> =>
    lab.container({ tmpfs: { '/held': 'size=400m', '/run': 'exec' }, command: ['sleep', '600'] });

  /** Both services work at once, each in the box that it is given. */
  const observe = async (boxes: Readonly<Record<Service, Container>>): Promise<Record<Service, Observed>> => {
    const launch = async (service: Service) => {
      const box = boxes[service];
      const folder = `/run/${service}`;
      await box.exec(['mkdir', folder]);
      const timer = await installCpuTimer(box, folder);
      const { blocks, heldBytes } = loads[service];
      const [ready, go] = [`${folder}/ready`, `${folder}/go`];
      await box.exec(['mkfifo', ready, go]);
      const work =
        `echo > ${ready}; read word < ${go}; ` +
        `dd if=/dev/zero of=/dev/null bs=65536 count=${String(blocks)} 2>/dev/null; ` +
        `head -c ${String(heldBytes)} /dev/zero > /held/${service}`;
      const done = timer.time(['sh', '-c', work], { timeoutMs: 120_000 });
      const seenFromHost = `/proc/${String(box.pid)}/root`;
      // That a process enters a box is work of the engine's and not of the service: it is waited for.
      await lab.host.exec(['cat', seenFromHost + ready]);
      const finish = async (): Promise<number> => {
        await lab.host.exec(['sh', '-c', 'echo go > "$0"', seenFromHost + go]);
        return (await done).cpuSeconds;
      };
      return { box, heldBytes, finish };
    };
    const services = [await launch('first'), await launch('second')];
    const before = services.map(({ box }) => usageOfProcess(box.pid));
    const own = await Promise.all(services.map(({ finish }) => finish()));
    const [first, second] = services.map(({ box, heldBytes }, index): Observed => {
      const after = usageOfProcess(box.pid);
      return {
        own: { cpuSeconds: own[index] ?? NaN, heldBytes },
        box: {
          cpuSeconds: after.cpuSeconds - (before[index]?.cpuSeconds ?? NaN),
          heldBytes: after.memoryBytes - (before[index]?.memoryBytes ?? NaN),
        },
      };
    });
    if (first === undefined || second === undefined) throw new Error('Two services were launched.');
    return { first, second };
  };
  const apart = await observe({ first: await newBox(), second: await newBox() });
  const box = await newBox();
  const shared = await observe({ first: box, second: box });

  const attributed = (what: 'cpuSeconds' | 'heldBytes', service: Service, account: Observed, known: Observed) =>
    amounts(() => ({
      subject: { label: `used by the box of the ${service} service`, value: account.box[what] },
      baseline: { label: 'used by the service', value: known.own[what] },
      unit: what === 'cpuSeconds' ? 's' : 'B',
    }));
  const settle = async (id: string, what: 'cpuSeconds' | 'heldBytes', service: Service, other: Service) => {
    await finding(id, {
      measure: attributed(what, service, apart[service], apart[service]),
      controls: {
        'shared-box': attributed(what, service, shared[service], shared[service]),
        swapped: attributed(what, service, apart[other], apart[service]),
      },
    });
  };
  await settle('processor-first', 'cpuSeconds', 'first', 'second');
  await settle('processor-second', 'cpuSeconds', 'second', 'first');
  await settle('memory-first', 'heldBytes', 'first', 'second');
  await settle('memory-second', 'heldBytes', 'second', 'first');

  const outlives = (sharing: boolean) =>
    truth(async () => {
      const word = lab.token();
      // The box's own process is the service that fails.
      const failing = await lab.container({ init: false, command: ['sleep', '600'] });
      const other = sharing ? failing : await lab.container({ init: false, command: ['sleep', '600'] });
      await lab.host.exec(['kill', '-KILL', String(failing.pid)]);
      await failing.wait(10_000);
      const { State } = await other.inspect();
      const answer = State.Running ? (await other.exec(['echo', word])).stdout.trim() : 'its box has ended';
      return { value: answer === word, saw: `The other: ${answer === word ? 'answered' : answer}.` };
    });
  await finding('failure-stays', { measure: outlives(false), controls: { 'shared-box': outlives(true) } });
});
