import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  check,
  fioLayOut,
  fioRun,
  kib,
  mib,
  once,
  paired,
  processesOf,
  processorShare,
  settled,
  signal,
  spin,
  startPinned,
  truth,
  until,
  usageOfProcess,
  type BoundedCgroup,
  type Container,
  type LabContainerOptions,
  type RunningGuest,
} from '#verify';

/** The small host that a group stands for; victim and hog share it. */
const small = { memoryBytes: mib(320), pids: 150 };
/** The same for both: the container by its own group, the guest by its size and by the group that its machine is in. */
const quota = { cpus: 0.5, memoryBytes: mib(128), pids: 32, writeBytesPerSecond: mib(20) };
const [held, tooMuch] = [mib(100), mib(280)];
const fileBytes = mib(64);
const windowMs = 300;
const requests = 8;
/** Far more than an answer takes; where it cannot come, the connection is closed or refused at once. */
const patienceMs = 10_000;
/** Until a hog has all that it can get, at the longest. */
const fillingMs = 20_000;

/** One who takes what it can: all the processes of this machine that it consists of. */
interface Hog {
  readonly label: string;
  readonly emulated: boolean;
  readonly pids: () => readonly number[];
}

export default check(async ({ lab, finding, supporting }) => {
  const net = lab.engine().private ? lab : await lab.privateEngine();
  const container = (options: LabContainerOptions, parent?: BoundedCgroup): Promise<Container> =>
    net.container({ ...options, ...(parent && { hostConfig: { CgroupParent: `/${parent.group}` } }) });
  const asHog = (label: string, { pid }: Container): Hog => ({ label, emulated: false, pids: () => processesOf(pid) });
  const asGuestHog = (label: string, { pid }: RunningGuest): Hog => ({
    label,
    emulated: lab.emulated,
    pids: () => [pid],
  });
  const inBackground = (guest: RunningGuest, script: string) =>
    guest.exec(['sh', '-c', `sh -c "$0" </dev/null >/dev/null 2>&1 &`, script]);

  /** Victims' rates beside one hog and beside the other, of which only one goes on at a time. */
  const compared = (
    hogs: () => Promise<readonly Hog[]>,
    unit: '1' | '1/s' | 'B/s',
    rate: (hog: Hog) => Promise<number>,
  ) => {
    const beside = async (label: string) => {
      const all = await hogs();
      const [chosen] = all.filter((hog) => hog.label === label);
      if (chosen === undefined) throw new Error(`Nobody here is the ${label}.`);
      for (const hog of all) if (hog !== chosen) signal('STOP', hog.pids());
      signal('CONT', chosen.pids());
      return rate(chosen);
    };
    return (subject: string, baseline: string) =>
      paired({
        quantity: 'rate',
        unit,
        clock: 'wall',
        atLeast: 6,
        atMost: 6,
        subject: { subject: { label: `victim beside the ${subject}`, emulated: false }, take: () => beside(subject) },
        baseline: {
          subject: { label: `victim beside the ${baseline}`, emulated: lab.emulated },
          take: () => beside(baseline),
        },
      });
  };

  const service = async (parent: BoundedCgroup) => {
    const word = lab.token();
    const [victim, caller] = await Promise.all([
      container({ image: 'bare', command: outliving(net.tokenServer(7000, word)) }, parent),
      container({ image: 'bare', command: ['sleep', '600'] }),
    ]);
    const target = { from: caller, address: await victim.address(), port: 7000, expect: word };
    await net.reachesWithin(10_000, target);
    return async () => {
      const asking = Array.from({ length: requests }, () => net.reach({ ...target, timeoutMs: patienceMs }));
      return (await Promise.all(asking)).filter(({ reached }) => reached).length;
    };
  };
  const besideContainer = async (pidsLimit: number) => {
    await using host = await lab.bounded(small);
    const asked = await service(host);
    await using hog = await container({ image: 'full', pidsLimit, command: ['perl', '-e', fill] }, host);
    const full = () => host.usage().processes >= small.pids || usageOfProcess(hog.pid).processes >= pidsLimit;
    if (!(await until(full, fillingMs))) {
      throw new Error(`After ${String(fillingMs)} ms the container has not met a limit of process numbers.`);
    }
    return await asked();
  };
  // One guest for both comparisons: it is the container that differs between them.
  const besideGuest = once(async () => {
    await using host = await lab.bounded(small);
    const asked = await service(host);
    await using guest = await lab.restoredGuest();
    await using inside = await lab.bounded({ parent: host });
    inside.addProcess(guest.pid);
    await inBackground(guest, 'while :; do sleep 60 & done');
    // It goes on; a machine so busy may answer late.
    const more = async () => Number((await guest.exec(['sh', '-c', 'set /proc/[0-9]*; echo $#'])).stdout) > small.pids;
    if (!(await until(more, fillingMs))) {
      throw new Error(
        `After ${String(fillingMs)} ms the guest has not started more processes than the small host can have.`,
      );
    }
    return await asked();
  });
  const alike = (pidsLimit: number) =>
    truth(async () => {
      const [capped, guest] = [await besideContainer(pidsLimit), await besideGuest()];
      return {
        value: capped === guest && capped === requests,
        saw: `Of ${String(requests)} requests the service answered ${String(capped)} beside the container and ${String(guest)} beside the guest.`,
      };
    });
  await finding('processes', { measure: alike(quota.pids), controls: { uncapped: alike(2 * small.pids) } });

  const [capped, uncapped] = ['capped container', 'uncapped container'];
  const [quotaGuest, plainGuest] = ['guest with a quota', 'guest with one processor'];
  const four = `(${spin}) & (${spin}) & (${spin}) & ${spin}`;
  await using stack = new AsyncDisposableStack();
  const onOneProcessor = once(async () => {
    const spinning = (options: LabContainerOptions) =>
      container({ image: 'bare', init: false, cpusetCpus: '0', command: ['sh', '-c', four], ...options });
    const guest = async (label: string, group: BoundedCgroup | null) => {
      const machine = await lab.restoredGuest();
      group?.addProcess(machine.pid);
      await lab.host.exec(['taskset', '-a', '-c', '-p', '0', String(machine.pid)]);
      await inBackground(machine, four);
      return asGuestHog(label, machine);
    };
    const hogs = [
      asHog(capped, await spinning({ cpus: quota.cpus })),
      asHog(uncapped, await spinning({})),
      await guest(quotaGuest, await lab.bounded({ cpus: quota.cpus })),
      await guest(plainGuest, null),
    ];
    // Where none of this is tried, nothing was made.
    stack.defer(() => {
      for (const hog of hogs) signal('STOP', hog.pids());
    });
    return hogs;
  });
  const spinningVictim = once(async () => {
    const pid = await startPinned(lab.host, spin);
    stack.defer(async () => {
      await lab.host.exec(['kill', '-KILL', String(pid)]);
    });
    return pid;
  });
  const processor = compared(onOneProcessor, '1', async () => processorShare([await spinningVictim()], windowMs));
  await finding('processor', {
    measure: processor(capped, quotaGuest),
    controls: { uncapped: processor(uncapped, quotaGuest) },
  });
  await supporting('processor-one-virtual', { measure: processor(capped, plainGuest) });
  await stack.disposeAsync();

  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const file = { blockBytes: kib(4), fileBytes, pattern: 'randread' } as const;
  const smallHosts = once(async () => {
    const victims = new Map<
      string,
      { readonly host: BoundedCgroup; readonly inside: BoundedCgroup; readonly path: string }
    >();
    const hosted = async (label: string) => {
      const [host, path] = [await lab.bounded({ memoryBytes: small.memoryBytes }), join(folder, lab.token())];
      const inside = await lab.bounded({ parent: host });
      await fioLayOut(inside, { ...file, file: path });
      victims.set(label, { host, inside, path });
      return host;
    };
    const holding = async (label: string, bytes: number, options: LabContainerOptions) =>
      asHog(
        label,
        await container({ image: 'bare', ...options, command: ['sh', '-c', hold(bytes)] }, await hosted(label)),
      );
    const holdingGuest = async () => {
      const [guest, host] = await Promise.all([lab.restoredGuest({ image: 'bare' }), hosted(quotaGuest)]);
      (await lab.bounded({ parent: host })).addProcess(guest.pid);
      await inBackground(guest, hold(held));
      return asGuestHog(quotaGuest, guest);
    };
    const hogs = await Promise.all([
      holding(capped, held, { memoryBytes: quota.memoryBytes }),
      holding(uncapped, tooMuch, {}),
      holdingGuest(),
    ]);
    await settled(() => [...victims.values()].reduce((sum, { host }) => sum + host.usage().memoryBytes, 0), fillingMs);
    return { hogs, victims };
  });
  const memory = compared(
    async () => (await smallHosts()).hogs,
    'B/s',
    async ({ label }) => {
      const victim = (await smallHosts()).victims.get(label);
      if (victim === undefined) throw new Error(`No small host was made for the ${label}.`);
      const { read } = await fioRun(victim.inside, {
        ...file,
        file: victim.path,
        direct: false,
        totalBytes: fileBytes,
      });
      return read.bytesPerSecond;
    },
  );
  await finding('memory', {
    measure: memory(capped, quotaGuest),
    controls: { uncapped: memory(uncapped, quotaGuest) },
  });

  const read = { ...file, file: join(folder, 'victim'), operations: 150, operationsPerSecond: 500 };
  const writers = once(async () => {
    const writing = (options: LabContainerOptions) =>
      container({ binds: [[folder, '/data']], command: ['sh', '-c', write('/data/hog')], ...options });
    const disk = join(folder, 'disk');
    await writeFile(disk, '');
    await lab.host.exec(['sh', '-c', 'truncate -s 256M "$0" && chmod 0666 "$0"', disk]);
    const blockdev = { driver: 'file', filename: disk, 'node-name': 'own', cache: { direct: true } };
    const [guest] = await Promise.all([
      lab.guest({
        qemuArguments: ['-blockdev', JSON.stringify(blockdev), '-device', 'virtio-blk-pci,drive=own,serial=own'],
      }),
      fioLayOut(lab.host, read),
    ]);
    const group = await lab.bounded({ writeBytesPerSecond: quota.writeBytesPerSecond, diskOf: folder });
    group.addProcess(guest.pid);
    await inBackground(
      guest,
      `for disk in /sys/block/vd*; do [ "$(cat $disk/serial)" != own ] || ${write('/dev/${disk##*/}')}; done`,
    );
    const { writeBytesPerSecond } = quota;
    return [
      asHog(capped, await writing({ deviceLimits: { path: folder, writeBytesPerSecond } })),
      asHog(uncapped, await writing({})),
      asGuestHog(quotaGuest, guest),
    ];
  });
  const disk = compared(writers, '1/s', async () => {
    const { operations, seconds } = await fioRun(lab.host, read);
    return operations / seconds;
  });
  await finding('disk', { measure: disk(capped, quotaGuest), controls: { uncapped: disk(uncapped, quotaGuest) } });
});

/** A server that ends where it cannot start a process; its network stays, and refuses at once. */
const outliving = (server: readonly string[]) => ['sh', '-c', '"$@" & exec sleep 600', 'sh', ...server];

/** Starts processes until there can be no more, and then whenever one has ended. */
const fill =
  'while (1) { my $child = fork; if (!defined $child) { select undef, undef, undef, 0.001 } elsif (!$child) { sleep 600; exit } }';

const hold = (bytes: number): string => `head -c ${String(bytes)} /dev/zero | tail -c ${String(bytes)} | sleep 600`;

/** Direct writes, many at once, for as long as it is let. */
const write = (path: string): string =>
  `fio --name=hog --rw=write --filename=${path} --size=200m --bs=1m --direct=1 --ioengine=libaio --iodepth=32 --time_based --runtime=600 --output=/dev/null`;
