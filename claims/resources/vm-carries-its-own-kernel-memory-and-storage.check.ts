import {
  accountOf,
  amounts,
  check,
  containerLayers,
  diskLayers,
  fingerprint,
  guestMemory,
  hostTool,
  memoryOf,
  values,
  type Container,
  type RunningGuest,
  type Subject,
} from '#verify';

/** Each takes the kernel that has it a few hundred bytes of its own memory. */
const filesMade = 10_000;

type Pair<T> = readonly [T, T];

export default check(async ({ lab, finding, exhibit }) => {
  const [du, qemuImg] = [await hostTool('du', 'coreutils'), await hostTool('qemu-img', 'qemu-utils')];
  const disk = await lab.bootableDisk({ tree: 'minimal', drivers: 'own' });
  const secondDisk = `${disk}.copy`;
  // What is a hole in one is to be a hole in the other.
  await lab.host.exec(['cp', '--sparse=always', disk, secondDisk]);
  const disks: Pair<string> = [disk, secondDisk];
  const boot = (path: string) =>
    lab.guest({ image: 'bare', disks: [{ path, format: 'raw' }], append: 'lab.root=/dev/vda1', memoryMiB: 512 });
  const machines = await both(disks, boot);
  const boxes: Pair<Container> = await both(['container 1', 'container 2'], (label) =>
    lab.container({ label, image: 'minimal', command: ['sleep', '600'] }),
  );

  const bootIds = (subjects: readonly Subject[]) =>
    values(() =>
      Promise.all(
        subjects.map(async (subject, index) => {
          const { stdout } = await subject.exec(['cat', '/proc/sys/kernel/random/boot_id']);
          return {
            label: index === 0 ? subject.label : `${subject.kind} ${String(index)}`,
            value: fingerprint(stdout),
          };
        }),
      ),
    );
  await finding('kernel', {
    measure: bootIds([lab.host, ...machines]),
    controls: { containers: bootIds([lab.host, ...boxes]) },
  });

  const kernelMemory = async (subject: Subject) => {
    const { stdout } = await subject.exec(['cat', '/proc/meminfo']);
    return 1024 * Number(/^Slab: +(\d+) kB$/m.exec(stdout)?.[1] ?? NaN);
  };
  /** By how much the kernel's own memory grows, as each of two sees it, when the first makes it keep many files in mind. */
  const growth = ([first, second]: Pair<Subject>) =>
    amounts(async () => {
      const seen = () => Promise.all([kernelMemory(first), kernelMemory(second)]);
      const before = await seen();
      const script = `mkdir /dev/shm/many && cd /dev/shm/many && seq ${String(filesMade)} | xargs touch`;
      await first.exec(['sh', '-ec', script], { timeoutMs: 60_000 });
      const after = await seen();
      await first.exec(['rm', '-r', '/dev/shm/many'], { timeoutMs: 60_000 });
      return {
        subject: { label: `${second.label}, which does nothing`, value: Math.max(after[1] - before[1], 0) },
        baseline: { label: `${first.label}, which makes files`, value: after[0] - before[0] },
        unit: 'B',
      };
    });
  await finding('kernel-memory', { measure: growth(machines), controls: { containers: growth(boxes) } });

  /** Bytes that files and folders occupy on the disk below, each counted once however often it is named. */
  const occupied = async (paths: readonly string[]): Promise<number> => {
    const { stdout } = await lab.host.exec([du, '--total', '--summarize', '--block-size=1', '--', ...paths]);
    return Number(stdout.trim().split('\n').at(-1)?.split('\t')[0] ?? NaN);
  };
  const rows: (string | number | null)[][] = [];
  const together = (label: string, holds: (count: 1 | 2) => Promise<number>) =>
    amounts(async () => {
      const [two, one] = [await holds(2), await holds(1)];
      rows.push([label, one, two]);
      return {
        subject: { label: `two: ${label}`, value: two },
        baseline: { label: 'one alone', value: one },
        unit: 'B',
      };
    });
  const storage = (label: string, [first, second]: Pair<readonly string[]>) =>
    together(label, (count) => occupied(count === 1 ? first : [...first, ...second]));
  const [fromDisks, fromImage] = [disks.map((path) => [path]), await Promise.all(boxes.map(containerLayers))] as const;
  await finding('storage', {
    measure: storage('disks of machines', pairOf(fromDisks)),
    controls: { containers: storage('layers of containers', pairOf(fromImage)) },
  });

  const restore = () => lab.restoredGuest({ image: 'minimal' });
  const heldBy = async (guests: readonly RunningGuest[]) => {
    const parts = await Promise.all(guests.map(({ pid }) => guestMemory(pid)));
    return parts.reduce((sum, { guestBytes }) => sum + guestBytes, 0);
  };
  const booted = together('memory of machines, booted', (count) => heldBy(machines.slice(0, count)));
  const restored: RunningGuest[] = [];
  await finding('memory-of-one-template', {
    measure: together('memory of machines, from one saved state', async (count) => {
      while (restored.length < 2) restored.push(await restore());
      const [, second] = restored;
      if (count === 2) return heldBy(restored);
      await second?.[Symbol.asyncDispose]();
      return heldBy(restored.slice(0, 1));
    }),
    controls: { 'booted-apart': booted },
  });

  /** Files of a guest's disk, from what it wrote itself down to the disk that lies below all. */
  const chainOf = async (guest: RunningGuest): Promise<readonly string[]> => {
    const { top } = await diskLayers(guest);
    const { stdout } = await lab.host.exec([qemuImg, 'info', '-U', '--backing-chain', '--output=json', top]);
    return (JSON.parse(stdout) as readonly { readonly filename: string }[]).map(({ filename }) => filename);
  };
  const overlays = await Promise.all([restored[0] ?? (await restore()), await restore()].map(chainOf));
  await finding('storage-of-one-template', {
    measure: storage('disks of machines, laid over one disk', pairOf(overlays)),
    controls: { 'full-disks': storage('disks of machines, each in full', pairOf(fromDisks)) },
  });

  await exhibit({
    id: 'held',
    title: 'What one of each holds, and two together, bytes',
    columns: ['What', 'One', 'Two'],
    rows: [
      ...rows,
      [
        'memory of containers',
        memoryOf(() => accountOf([boxes[0].pid])).pssBytes,
        memoryOf(() => accountOf(boxes.map(({ pid }) => pid))).pssBytes,
      ],
    ],
  });
  await exhibit({
    id: 'own',
    title: 'What a machine says of itself',
    columns: [
      'Machine',
      "Kernel's code, bytes",
      "Kernel's own memory (slab), bytes",
      'Root file system',
      'Its bytes in use',
    ],
    rows: await Promise.all(machines.map(async (machine, index) => [index + 1, ...(await ownParts(machine))])),
  });

  async function ownParts(machine: RunningGuest): Promise<(string | number)[]> {
    const { stdout } = await machine.exec(['sh', '-c', 'cat /proc/iomem; df -k /; grep " / " /proc/mounts']);
    const [, from = '', to = ''] = /([0-9a-f]+)-([0-9a-f]+) : Kernel code/.exec(stdout) ?? [];
    const root = /^(\/dev\/\S+) \/ (\S+) /m.exec(stdout);
    return [
      parseInt(to, 16) - parseInt(from, 16) + 1,
      await kernelMemory(machine),
      `${root?.[2] ?? 'none'} on ${root?.[1] ?? 'nothing'}`,
      1024 * Number(/^\/dev\/\S+ +\d+ +(\d+) /m.exec(stdout)?.[1] ?? NaN),
    ];
  }
});

const pairOf = <T>([first, second]: readonly T[]): Pair<T> => {
  if (first === undefined || second === undefined) throw new Error('Two are compared, and there are not two.');
  return [first, second];
};

const both = async <T, R>(items: Pair<T>, work: (item: T) => Promise<R>): Promise<Pair<R>> =>
  pairOf(await Promise.all(items.map(work)));
