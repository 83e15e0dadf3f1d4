import { join } from 'node:path';
import { rm, writeFile } from 'node:fs/promises';
import {
  cachedShare,
  check,
  fioLayOut,
  fioRun,
  iperf3Server,
  kib,
  mib,
  paired,
  processesOf,
  processorShare,
  releasing,
  replayPaired,
  signal,
  spin,
  truth,
  until,
  usageOfProcess,
  type Container,
  type FioJob,
  type LabContainerOptions,
  type Measurement,
} from '#verify';

/** The small host that a group stands for; both containers live in it. */
const small = { memoryBytes: mib(160), pids: 120 };
/** What a hog with a limit is allowed. */
const limits = { cpus: 0.02, memoryBytes: mib(48), pids: 32, writesPerSecond: 20 };
const fileBytes = mib(64);
const hogBytes = mib(130);
/** How much of its file a victim may have lost and still be called unaffected. */
const slack = 0.05;
const requests = 8;
/** Far more than an answer takes; where it cannot come, the connection is closed or refused at once. */
const patienceMs = 10_000;
const windowMs = 300;
/** More than enough for a program to start as many processes as it can have. */
const fillingMs = 20_000;
const pairs = { quantity: 'rate', clock: 'wall', atLeast: 6, atMost: 6 } as const;

export default check(async ({ lab, finding, supporting }) => {
  const net = lab.engine().private ? lab : await lab.privateEngine();
  const machine = await lab.bounded(small);
  const on = (options: LabContainerOptions): Promise<Container> =>
    net.container({
      command: ['sleep', '600'],
      pidsLimit: 256,
      ...options,
      hostConfig: { CgroupParent: `/${machine.group}` },
    });

  /** Pairs of a victim's rate beside a hog and alone: the hog is there all the time, frozen or not. */
  const besideAndAlone = (
    unit: '1' | '1/s' | 'B/s',
    make: (made: AsyncDisposableStack) => Promise<{
      readonly hog: Container | null;
      readonly rate: (alone: boolean, turned: boolean) => Promise<number>;
    }>,
  ): Measurement => {
    const made = new AsyncDisposableStack();
    let both: ReturnType<typeof make> | undefined;
    let frozen = false;
    /** Whether anything has changed by it. */
    const freeze = (hog: Container | null, wanted: boolean): boolean => {
      if (hog === null || frozen === wanted) return false;
      // By signals: the engine's own freezing gives up on a group that is throttled.
      signal(wanted ? 'STOP' : 'CONT', processesOf(hog.pid));
      frozen = wanted;
      return true;
    };
    const take = async (alone: boolean) => {
      const { hog, rate } = await (both ??= make(made));
      return rate(alone, freeze(hog, alone));
    };
    return releasing(
      made,
      paired({
        ...pairs,
        unit,
        subject: { subject: { label: 'victim beside the hog', emulated: false }, take: () => take(false) },
        baseline: { subject: { label: 'victim alone', emulated: false }, take: () => take(true) },
      }),
    );
  };

  /** Started together, and removed together. */
  const pairOf = async <Beside extends Container | null>(
    made: AsyncDisposableStack,
    starting: Promise<Container>,
    startingBeside: Promise<Beside> | Beside,
  ) => {
    const [one, beside] = await Promise.all([starting, startingBeside]);
    made.defer(async () => {
      await Promise.all([one[Symbol.asyncDispose](), beside?.[Symbol.asyncDispose]()]);
    });
    return [one, beside] as const;
  };

  const spinner = { image: 'bare', init: false, cpusetCpus: '0' } as const;
  const processor = (hogOptions: LabContainerOptions | null) =>
    besideAndAlone('1', async (made) => {
      const four = `(${spin}) & (${spin}) & (${spin}) & ${spin}`;
      const [victim, hog] = await pairOf(
        made,
        on({ ...spinner, command: ['sh', '-c', spin] }),
        hogOptions && on({ ...spinner, ...hogOptions, command: ['sh', '-c', four] }),
      );
      return { hog, rate: () => processorShare([victim.pid], windowMs) };
    });
  await finding('processor', { measure: processor({}), controls: { absent: processor(null) } });
  await supporting('processor-limited', { measure: processor({ cpus: limits.cpus }) });

  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const keepsItsFile = (hogOptions: LabContainerOptions | null) =>
    truth(async () => {
      const name = lab.token();
      await using made = new AsyncDisposableStack();
      // What one try leaves in memory stays charged to the small host, and the next would have so much less of it.
      made.defer(() => rm(join(folder, name)));
      await writeFile(join(folder, name), Buffer.alloc(fileBytes, name));
      await lab.host.exec(['sh', '-c', 'sync "$0" && dd if="$0" iflag=nocache count=0', join(folder, name)]);
      await using victim = await on({ image: 'bare', binds: [[folder, '/data', 'ro']] });
      const read = async () => {
        await victim.exec(['sh', '-c', 'cat "/data/$0" | wc -c', name]);
        return cachedShare(lab.host, join(folder, name));
      };
      // Twice, so that the kernel takes its pages for ones that are used.
      await read();
      if ((await read()) < 1 - slack) throw new Error('The victim has no room for its file even when it is alone.');
      if (hogOptions !== null) {
        await using hog = await on({ image: 'bare', ...hogOptions });
        const bytes = String(hogBytes);
        await hog.exec(['sh', '-c', `head -c ${bytes} /dev/zero | tail -c ${bytes} | (sleep 0.5; wc -c)`], {
          reject: false,
        });
      }
      const share = await cachedShare(lab.host, join(folder, name));
      return {
        value: share >= 1 - slack,
        saw: `Of the file that the victim works with, ${(share * 100).toFixed(0)}% is still in memory.`,
      };
    });
  await finding('memory', {
    measure: keepsItsFile({}),
    controls: { absent: keepsItsFile(null), limited: keepsItsFile({ memoryBytes: limits.memoryBytes }) },
  });

  const startsProcesses = (hogOptions: LabContainerOptions | null) =>
    truth(async () => {
      const word = lab.token();
      await using stack = new AsyncDisposableStack();
      const [victim, caller] = await pairOf(
        stack,
        on({ image: 'bare', command: outliving(net.tokenServer(7000, word)) }),
        net.container({ image: 'bare', command: ['sleep', '600'] }),
      );
      const target = { from: caller, address: await victim.address(), port: 7000, expect: word };
      await net.reachesWithin(10_000, target);
      if (hogOptions !== null) {
        const hog = stack.use(await on({ image: 'full', ...hogOptions, command: ['perl', '-e', fill] }));
        const full = () =>
          machine.usage().processes >= small.pids ||
          usageOfProcess(hog.pid).processes >= (hogOptions.pidsLimit ?? Infinity);
        if (!(await until(full, fillingMs))) {
          throw new Error(`After ${String(fillingMs)} ms the hog has not met a limit of process numbers.`);
        }
      }
      const asked = Array.from({ length: requests }, () => net.reach({ ...target, timeoutMs: patienceMs }));
      const answered = (await Promise.all(asked)).filter(({ reached }) => reached).length;
      return {
        value: answered === requests,
        saw: `With ${String(machine.usage().processes)} processes on the small host, the victim, which starts one for each request, answered ${String(answered)} of ${String(requests)}.`,
      };
    });
  await finding('processes', {
    measure: startsProcesses({}),
    controls: { absent: startsProcesses(null), limited: startsProcesses({ pidsLimit: limits.pids }) },
  });

  // A service that reads at a steady pace: how fast it could go at most varies, what it is asked for does not.
  const file = { pattern: 'randread', blockBytes: kib(4), file: '/data/victim', fileBytes: mib(128) } as const;
  const steady: FioJob = { ...file, operations: 100, operationsPerSecond: 500 };
  await fioLayOut(lab.host, { ...file, file: join(folder, 'victim') });
  const writesWithoutEnd = ['sh', '-c', writer];
  const disk = (hogOptions: LabContainerOptions | null) => {
    const taken: { alone: boolean; p99: number }[] = [];
    const measure = besideAndAlone('1/s', async (made) => {
      const [victim, hog] = await pairOf(
        made,
        net.container({ binds: [[folder, '/data']], command: ['sleep', '600'] }),
        hogOptions && net.container({ binds: [[folder, '/data']], ...hogOptions, command: writesWithoutEnd }),
      );
      return {
        hog,
        rate: async (alone) => {
          const { operations, seconds, read } = await fioRun(victim, steady);
          taken.push({ alone, p99: read.latency.p99 });
          return operations / seconds;
        },
      };
    });
    const latency = replayPaired(
      {
        quantity: 'cost',
        unit: 's',
        clock: 'wall',
        subject: { label: 'victim beside the hog', emulated: false },
        baseline: { label: 'victim alone', emulated: false },
      },
      () => ({
        subject: taken.filter(({ alone }) => !alone).map(({ p99 }) => p99),
        baseline: taken.filter(({ alone }) => alone).map(({ p99 }) => p99),
      }),
    );
    return { measure, latency };
  };
  const free = disk({});
  await finding('disk', { measure: free.measure, controls: { absent: disk(null).measure } });
  await supporting('disk-latency', { measure: free.latency });
  const throttled = { path: folder, writeOperationsPerSecond: limits.writesPerSecond };
  await supporting('disk-limited', { measure: disk({ deviceLimits: throttled }).measure });

  const network = (withHog: boolean) =>
    besideAndAlone('B/s', async (made) => {
      // Both fetch from one server, whose link is the narrow one.
      const server = made.use(
        await net.container({
          command: ['sh', '-c', `${iperf3Server(5201).join(' ')} & exec ${iperf3Server(5202).join(' ')}`],
        }),
      );
      await net.shape(server, { bitsPerSecond: 100_000_000 });
      const address = await server.address();
      for (const port of [5201, 5202]) await server.waitForOutput(`listening on ${String(port)}`, 10_000);
      // Little room for what was not read yet: else what a stopped reader is sent goes on for seconds.
      const fetch = ['iperf3', '-R', '-w', '64K', '-t', '600', '-c', address];
      const [victim, hog] = await pairOf(
        made,
        net.container({ command: [...fetch, '-p', '5201'] }),
        withHog ? net.container({ command: [...fetch, '-P', '8', '-p', '5202'] }) : null,
      );
      return {
        hog,
        rate: (_, turned) => receivedIn(victim, turned ? 0.2 : 0),
      };
    });
  await finding('network', { measure: network(true), controls: { absent: network(false) } });
});

/** Bytes in a second that reach a container's only interface, as its kernel counts them, once the flows have settled. */
async function receivedIn(container: Container, settlingSeconds: number): Promise<number> {
  const count = 'cut -d" " -f1 /proc/uptime; cat /sys/class/net/eth0/statistics/rx_bytes';
  const { stdout } = await container.exec([
    'sh',
    '-c',
    `sleep ${String(settlingSeconds)}; ${count}; sleep 0.4; ${count}`,
  ]);
  const [from = NaN, before = NaN, to = NaN, after = NaN] = stdout.trim().split('\n').map(Number);
  return (after - before) / (to - from);
}

/** A server that ends where it cannot start a process; its network stays, and refuses at once. */
const outliving = (server: readonly string[]) => ['sh', '-c', '"$@" & exec sleep 600', 'sh', ...server];

/** Starts processes until there can be no more, and then whenever one has ended. */
const fill =
  'while (1) { my $child = fork; if (!defined $child) { select undef, undef, undef, 0.001 } elsif (!$child) { sleep 600; exit } }';

/** Direct writes, many at once, to a file of its own that is made beforehand; for as long as the container lives. */
const writer = `
fio --name=hog --rw=write --filename=/data/hog --size=256m --bs=1m --direct=1 --ioengine=libaio --iodepth=64 \\
  --time_based --runtime=600 --output=/dev/null`;
