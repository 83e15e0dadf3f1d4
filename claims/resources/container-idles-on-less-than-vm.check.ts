import { setTimeout as delay } from 'node:timers/promises';
import {
  check,
  firstAnswer,
  guestMemory,
  memoryOf,
  paired,
  processesOf,
  replay,
  replayPaired,
  schedulingOf,
  shimOf,
  type Container,
  type RunningGuest,
} from '#verify';

/** How long an idle instance is watched. */
const windowMs = 1_000;

const serve = 'exec httpd -f -h /srv/www -p 80';
/** `tail` keeps the last half gibibyte of what it reads, and waits for a reader that never reads. */
const hold = 'head -c 536870912 /dev/zero | tail -c 536870912 | sleep 600 & ';
const spin = 'while :; do :; done & ';

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const container = { label: 'container', emulated: false };
  const guest = { label: 'guest, minimal', emulated: lab.emulated };

  const serving = async (beside = ''): Promise<Container> => {
    const box = await lab.container({ image: 'bare', command: ['sh', '-c', beside + serve] });
    await lab.reachesWithin(10_000, { from: 'host', address: await box.address(), port: 80 });
    // Until `head` has ended, its neighbour is still taking in what it is to hold.
    await box.exec(['sh', '-c', 'while pidof head >/dev/null; do sleep 0.1; done'], { timeoutMs: 30_000 });
    return box;
  };
  const booted = async (): Promise<RunningGuest> => {
    const machine = await lab.guest({ image: 'bare', publish: [80] });
    await firstAnswer(machine.address(80), { timeoutMs: 60_000 });
    return machine;
  };
  /** The container's processes, and the runtime's that is there on its account. */
  const accountOf = (box: Container): readonly number[] => [shimOf(box.pid), ...processesOf(box.pid)];

  const parts: { guest: number; monitor: number; translation: number }[] = [];
  const heldBy = async (beside = '') => {
    await using box = await serving(beside);
    return memoryOf(accountOf(box)).pssBytes;
  };
  const heldByGuest = async () => {
    await using machine = await booted();
    const { guestBytes, vmmBytes, translationBytes } = await guestMemory(machine.pid);
    parts.push({ guest: guestBytes, monitor: vmmBytes, translation: translationBytes });
    return guestBytes + vmmBytes;
  };
  // An emulator's guest touches the same memory; what only an emulator needs is left out. So the figure is exact.
  const memory = {
    quantity: 'amount',
    unit: 'B',
    clock: 'none',
    bound: 'exact',
    warmups: 0,
    atLeast: 6,
    atMost: 6,
  } as const;
  const containerBytes: number[] = [];
  await finding('memory', {
    measure: paired({
      ...memory,
      subject: {
        subject: container,
        take: async () => {
          const bytes = await heldBy();
          containerBytes.push(bytes);
          return bytes;
        },
      },
      baseline: { subject: guest, take: heldByGuest },
    }),
    controls: {
      // Against the guests of this finding: booting as many more would tell nothing new.
      'with-ballast': replayPaired(
        { ...memory, subject: { ...container, label: 'with ballast' }, baseline: guest },
        async () => ({
          subject: await six(() => heldBy(hold)),
          baseline: parts.map((part) => part.guest + part.monitor),
        }),
      ),
    },
  });
  await supporting('translation-cache', {
    measure: replay({ subject: guest, quantity: 'amount', unit: 'B', clock: 'none', bound: 'exact' }, () =>
      parts.map(({ translation }) => translation),
    ),
  });

  await using idle = await serving();
  await using busy = await serving(spin);
  await using machine = await booted();
  const wakeUps: { subject: number[]; baseline: number[] } = { subject: [], baseline: [] };
  const watched = async (pids: readonly number[], wakes: number[]) => {
    const before = schedulingOf(pids);
    await delay(windowMs);
    const after = schedulingOf(pids);
    wakes.push((after.timeslices - before.timeslices) / (windowMs / 1000));
    return (after.cpuSeconds - before.cpuSeconds) / (windowMs / 1000);
  };
  const processor = { quantity: 'cost', unit: 's', clock: 'cpu', warmups: 0, atLeast: 6, atMost: 6 } as const;
  const overWindows = (box: Container, label: string, wakes: number[]) =>
    paired({
      ...processor,
      subject: { subject: { ...container, label }, take: () => watched(accountOf(box), wakes) },
      baseline: { subject: guest, take: () => watched([machine.pid], wakeUps.baseline) },
    });
  await finding('processor', {
    measure: overWindows(idle, 'container', wakeUps.subject),
    controls: { spinning: overWindows(busy, 'container that does not idle', []) },
  });
  await supporting('wake-ups', {
    measure: replayPaired(
      { subject: container, baseline: guest, quantity: 'amount', unit: '1/s', clock: 'none' },
      () => wakeUps,
    ),
  });

  await exhibit({
    id: 'instances',
    title: 'Memory of one idle instance, bytes',
    columns: ['Instance', 'Container', "Guest's memory", 'Monitor', 'Translation cache (left out)'],
    rows: containerBytes.map((bytes, index) => {
      const guestParts = parts[index];
      return [
        index + 1,
        bytes,
        guestParts?.guest ?? null,
        guestParts?.monitor ?? null,
        guestParts?.translation ?? null,
      ];
    }),
  });
});

async function six<T>(take: () => Promise<T>): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < 6) taken.push(await take());
  return taken;
}
