import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import {
  amounts,
  check,
  guestMemory,
  hostTool,
  ladder,
  memoryOf,
  mib,
  once,
  processesOf,
  replayPaired,
  shimOf,
  stopwatch,
  type Container,
  type LabContainerOptions,
  type RunningGuest,
} from '#verify';

const unshare = ['unshare', '--mount', '--uts', '--ipc', '--net'];
const hardening: LabContainerOptions = {
  label: 'hardened container',
  user: '1000:1000',
  capDrop: ['ALL'],
  securityOpt: ['no-new-privileges'],
  readOnlyRootfs: true,
};
const rounds = 6;
const ballastBytes = mib(64);

/** A rung by what one more of it costs; made when the first finding needs it. */
interface Rung {
  readonly label: string;
  readonly memoryBytes: () => Promise<number>;
  readonly diskBytes: () => Promise<number>;
}

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const busybox = await hostTool('busybox', 'busybox-static');
  const image = await lab.image('bare');
  const folder = await lab.scratchDirectory();
  const bare = { image, init: false } as const;

  await using ends = new AsyncDisposableStack();
  const background = async (words: readonly string[]): Promise<number> => {
    const { stdout } = await lab.host.exec(['sh', '-c', '"$@" </dev/null >/dev/null 2>&1 & echo $!', 'sh', ...words]);
    const pid = Number(stdout);
    if (!(pid > 1)) throw new Error(`A process was started and its number is "${stdout.trim()}".`);
    ends.defer(async () => {
      await lab.host.exec(['kill', '-KILL', ...processesOf(pid).map(String)], { reject: false });
    });
    return pid;
  };
  const plain = await background([busybox, 'sleep', '600']);
  const unshared = await background([...unshare, busybox, 'sleep', '600']);
  // `tail` keeps the last of what it reads, and waits for a reader that never reads.
  const filled = `head -c ${String(ballastBytes)} /dev/zero | tail -c ${String(ballastBytes)} | sleep 600`;
  const held = await background(['sh', '-c', filled]);

  // How long it takes until a command has run that does nothing.
  const inProcess = (before: readonly string[]) => async () => {
    const watch = stopwatch();
    await lab.host.exec([...before, busybox, 'true']);
    return watch.seconds();
  };
  const inContainer = (options: LabContainerOptions) => async () => {
    const watch = stopwatch();
    await using created = await lab.createdContainer({ ...bare, ...options, command: ['true'] });
    await using running = await created.start();
    await running.wait();
    return watch.seconds();
  };
  const starts = [
    { label: 'plain process', take: inProcess([]), seconds: [] as number[] },
    { label: 'unshared process', take: inProcess(unshare), seconds: [] as number[] },
    { label: 'container', take: inContainer({}), seconds: [] as number[] },
    { label: 'hardened container', take: inContainer(hardening), seconds: [] as number[] },
  ];
  const wall = { quantity: 'cost', unit: 's', clock: 'wall' } as const;
  await supporting('start-ladder', {
    measure: ladder(
      starts.map(({ label, take, seconds }) => ({
        subject: { label, emulated: false },
        take: async () => {
          const second = await take();
          seconds.push(second);
          return second;
        },
      })),
      { ...wall, warmups: 0, atLeast: rounds, atMost: rounds },
    ),
  });
  type Start = (typeof starts)[number];
  /** All that were taken of a rung, one after the other, as many times: what as many of it cost. */
  const together = ({ seconds }: Start) => seconds.map(() => seconds.reduce((sum, second) => sum + second, 0));
  const startsAgainst = (upper: Start, lower: Start) => {
    const side = (label: string) => ({ label, emulated: false });
    const pairs = (subject: string, baseline: string, values: () => { subject: number[]; baseline: number[] }) =>
      replayPaired({ ...wall, subject: side(subject), baseline: side(baseline) }, values);
    return {
      measure: pairs(upper.label, lower.label, () => ({ subject: upper.seconds, baseline: lower.seconds })),
      controls: {
        itself: pairs(`one ${lower.label}`, 'six of it', () => ({ subject: lower.seconds, baseline: together(lower) })),
        ballast: pairs(`six of ${lower.label}`, 'one', () => ({ subject: together(lower), baseline: lower.seconds })),
      },
    };
  };
  for (const [index, id] of ['start-unshared', 'start-container', 'start-hardened'].entries()) {
    const [lower, upper] = starts.slice(index, index + 2);
    if (lower !== undefined && upper !== undefined) await finding(id, startsAgainst(upper, lower));
  }

  const processRung = (label: string, pid: number): Rung => ({
    label,
    memoryBytes: async () => memoryOf([pid]).pssBytes,
    diskBytes: () => allocated([busybox]),
  });
  const containerRung = (label: string, box: Container): Rung => ({
    label,
    memoryBytes: async () => memoryOf(() => [shimOf(box.pid), ...processesOf(box.pid)]).pssBytes,
    diskBytes: async () => image.sizeBytes,
  });
  const guestRung = (label: string, machine: () => Promise<RunningGuest>): Rung => ({
    label,
    memoryBytes: async () => {
      const { guestBytes, vmmBytes } = await guestMemory((await machine()).pid);
      return guestBytes + vmmBytes;
    },
    // Kernel, first file system and disks, by what the monitor has open.
    diskBytes: async () => {
      const { pid } = await machine();
      const { stdout } = await lab.host.exec(['sh', '-c', 'readlink -f /proc/$0/fd/* | sort -u', String(pid)]);
      return allocated(stdout.split('\n').filter((path) => /^\/(?!dev\/|proc\/|sys\/)/.test(path)));
    },
  });
  const allocated = async (paths: readonly string[]): Promise<number> => {
    const script = 'for f; do [ -f "$f" ] && stat -L -c "%b %B" "$f"; done';
    const { stdout } = await lab.host.exec(['sh', '-c', script, 'sh', ...paths], { reject: false });
    const rows = stdout
      .trim()
      .split('\n')
      .map((row) => row.split(' ').map(Number));
    return rows.reduce((sum, [blocks = NaN, size = NaN]) => sum + blocks * size, 0);
  };
  const booted = (what: 'bare' | 'full') => once(() => lab.guest({ image: what }));
  const [minimal, full] = [booted('bare'), booted('full')];
  const box = await lab.container({ ...bare, command: ['sleep', '600'] });
  const hardened = await lab.container({ ...bare, ...hardening, command: ['sleep', '600'] });
  const rungs = [
    processRung('plain process', plain),
    processRung('unshared process', unshared),
    containerRung('container', box),
    containerRung('hardened container', hardened),
    guestRung('minimal guest', minimal),
    guestRung('full guest', full),
  ];
  const cells = new Map<string, number>();
  const noted = (measure: string, label: string, value: number): number => {
    cells.set(`${measure} ${label}`, value);
    return value;
  };

  const ballastFile = join(folder, 'ballast');
  await writeFile(ballastFile, Buffer.alloc(ballastBytes, 1));
  const ballast = {
    memory: async () => memoryOf(processesOf(held)).pssBytes,
    disk: () => allocated([ballastFile]),
  };
  for (const { steps, of, extra } of [
    {
      steps: ['memory-unshared', 'memory-container', 'memory-hardened', 'memory-guest', 'memory-full-guest'],
      of: async (rung: Rung) => noted('memory', rung.label, await rung.memoryBytes()),
      extra: ballast.memory,
    },
    {
      steps: ['disk-unshared', 'disk-container', 'disk-hardened', 'disk-guest', 'disk-full-guest'],
      of: async (rung: Rung) => noted('disk', rung.label, await rung.diskBytes()),
      extra: ballast.disk,
    },
  ]) {
    for (const [index, step] of steps.entries()) {
      const [lower, upper] = rungs.slice(index, index + 2);
      if (lower === undefined || upper === undefined) continue;
      const against = (subject: readonly [string, () => Promise<number>], baseline: Rung) =>
        amounts(async () => ({
          subject: { label: subject[0], value: await subject[1]() },
          baseline: { label: baseline.label, value: await of(baseline) },
          unit: 'B',
        }));
      await finding(step, {
        measure: against([upper.label, () => of(upper)], lower),
        controls: {
          itself: against([lower.label, () => of(lower)], lower),
          ballast: against([`${lower.label} and ballast`, async () => (await of(lower)) + (await extra())], lower),
        },
      });
    }
  }

  const median = (start: Start) => start.seconds.toSorted((a, b) => a - b)[Math.floor(start.seconds.length / 2)] ?? NaN;
  const ready = async (label: string, machine: () => Promise<RunningGuest>) =>
    noted('start', label, ((await machine()).timings.readyMs ?? NaN) / 1000);
  const bound = lab.emulated ? 'upper' : 'exact';
  const bootsAgainst = (
    upper: readonly [string, () => Promise<number>],
    lower: readonly [string, () => Promise<number>, typeof bound],
  ) => {
    const compared = (
      subject: readonly [string, number, typeof bound],
      baseline: readonly [string, number, typeof bound],
    ) => ({
      subject: { label: subject[0], value: subject[1], bound: subject[2] },
      baseline: { label: baseline[0], value: baseline[1], bound: baseline[2] },
      unit: 's' as const,
    });
    const [label, of, is] = lower;
    return {
      measure: amounts(async () => compared([upper[0], await upper[1](), bound], [label, await of(), is])),
      controls: {
        itself: amounts(async () =>
          compared([`one ${label}`, await of(), is], ['six of it', rounds * (await of()), is]),
        ),
        ballast: amounts(async () => compared([`six of ${label}`, rounds * (await of()), is], ['one', await of(), is])),
      },
    };
  };
  const [, , , before] = starts;
  if (before !== undefined) {
    await finding(
      'start-guest',
      bootsAgainst(
        ['minimal guest', () => ready('minimal guest', minimal)],
        [before.label, async () => median(before), 'exact'],
      ),
    );
  }
  await finding(
    'start-full-guest',
    bootsAgainst(
      ['full guest', () => ready('full guest', full)],
      ['minimal guest', () => ready('minimal guest', minimal), bound],
    ),
  );

  const rows = rungs.map(({ label }, index) => {
    const start = starts[index];
    return [
      label,
      start === undefined ? (cells.get(`start ${label}`) ?? null) : median(start),
      cells.get(`memory ${label}`) ?? null,
      cells.get(`disk ${label}`) ?? null,
    ];
  });
  await exhibit({
    id: 'ladder',
    title: 'What one more of each costs',
    columns: ['Rung', 'Start, seconds (of a guest: once)', 'Memory, bytes', 'On disk, bytes'],
    rows,
  });
});
