import {
  accountOf,
  amounts,
  askContainers,
  askGuests,
  check,
  guestMemory,
  memoryOf,
  mib,
  once,
  paired,
  replayPaired,
  sameWindow,
  schedulingOf,
  shimOf,
  usageOfProcess,
  watch,
  webContainers,
  webGuests,
  webServer,
  type Container,
  type RunningGuest,
} from '#verify';

const ten = 10;
/** What each of the control's containers holds of its own: most of what a guest of ours is given. */
const ballastBytes = mib(192);
const idleMs = 1_000;
/** In a window every instance is asked so often, with a pause after each round. */
const rounds = 2;
const pauseSeconds = 0.5;

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const boxes = await webContainers(lab, ten);
  const restored = await webGuests(lab, ten, { restored: true });
  const rows: (string | number)[][] = [];
  const noted = (what: string, bytes: number): number => {
    rows.push([what, bytes, Math.round(bytes / ten)]);
    return bytes;
  };
  const heldBy = (those: readonly Container[]) => memoryOf(() => accountOf(those.map(({ pid }) => pid))).pssBytes;
  // An emulator's guest touches the same memory; what only an emulator needs is left out. So the figure is exact.
  const heldByGuests = async (those: readonly RunningGuest[]) => {
    const parts = await Promise.all(those.map(({ pid }) => guestMemory(pid)));
    return parts.reduce((sum, { guestBytes, vmmBytes }) => sum + guestBytes + vmmBytes, 0);
  };
  type Held = readonly [label: string, bytes: () => number | Promise<number>];
  const against = (subject: Held, baseline: Held) =>
    amounts(async () => ({
      subject: { label: subject[0], value: await subject[1]() },
      baseline: { label: baseline[0], value: await baseline[1]() },
      unit: 'B',
    }));
  const ballast = once(async () => {
    const those = await webContainers(lab, ten, webServer.holding(ballastBytes));
    return noted('Ten containers with ballast', heldBy(those));
  });
  const compared = (containers: () => number, guests: Held) => ({
    measure: against(['ten containers', containers], guests),
    controls: { 'with-ballast': against(['ten containers with ballast', ballast], guests) },
  });

  const idleGuests = noted('Ten restored machines, idle', await heldByGuests(restored));
  await finding(
    'memory-restored',
    compared(() => noted('Ten containers, idle', heldBy(boxes)), ['ten restored machines', () => idleGuests]),
  );

  const [busy] = await webContainers(lab, 1, webServer.spinning);
  if (busy === undefined) throw new Error('No container was started.');
  // Of a container by its group, where the short processes count that answer requests.
  const spentBy = (those: readonly Container[]) =>
    those.reduce((sum, { pid }) => sum + usageOfProcess(pid).cpuSeconds + schedulingOf([shimOf(pid)]).cpuSeconds, 0);
  const guestPids = restored.map(({ pid }) => pid);
  const spent = () => ({
    containers: spentBy(boxes),
    busy: spentBy([busy]),
    guests: schedulingOf(guestPids).cpuSeconds,
    containerSlices: schedulingOf(() => accountOf(boxes.map(({ pid }) => pid))).timeslices,
    guestSlices: schedulingOf(guestPids).timeslices,
  });
  type Spent = ReturnType<typeof spent>;
  /** What was spent in a second of a window in which the work was done. */
  const during = async (work: () => Promise<void>): Promise<Spent> => {
    const [before, startedAt] = [spent(), performance.now()];
    await work();
    const [after, seconds] = [spent(), (performance.now() - startedAt) / 1000];
    const rate = (key: keyof Spent) => (after[key] - before[key]) / seconds;
    return {
      containers: rate('containers'),
      busy: rate('busy'),
      guests: rate('guests'),
      containerSlices: rate('containerSlices'),
      guestSlices: rate('guestSlices'),
    };
  };
  const guests = { label: 'ten machines', emulated: lab.emulated };
  const containers = { label: 'ten containers', emulated: false };
  const processor = { quantity: 'cost', unit: 's', clock: 'cpu' } as const;
  const windows = { idle: [] as Spent[], loaded: [] as Spent[] };
  const watched = (kind: keyof typeof windows, work: () => Promise<void>) => {
    const inWindow = sameWindow(async () => {
      const seen = await during(work);
      windows[kind].push(seen);
      return seen;
    });
    return {
      measure: paired({
        ...processor,
        warmups: 0,
        atLeast: 6,
        atMost: 6,
        subject: { subject: containers, take: inWindow((seen) => seen.containers) },
        baseline: { subject: guests, take: inWindow((seen) => seen.guests) },
      }),
      controls: {
        'one-busy': replayPaired(
          { ...processor, subject: { ...containers, label: 'ten and one that does not idle' }, baseline: guests },
          () => ({
            subject: windows[kind].map((seen) => seen.containers + seen.busy),
            baseline: windows[kind].map((seen) => seen.guests),
          }),
        ),
      },
    };
  };
  await finding(
    'processor-idle',
    watched('idle', () => watch(idleMs)),
  );
  await supporting('wake-ups', {
    measure: replayPaired(
      { subject: containers, baseline: guests, quantity: 'amount', unit: '1/s', clock: 'none' },
      () => ({
        subject: windows.idle.map((seen) => seen.containerSlices),
        baseline: windows.idle.map((seen) => seen.guestSlices),
      }),
    ),
  });
  await finding(
    'processor-loaded',
    watched('loaded', async () => {
      const asked = { rounds, pauseSeconds };
      const answered = await Promise.all([askContainers(lab, boxes, asked), askGuests(lab, restored, asked)]);
      if (answered.some((count) => count !== ten * rounds)) {
        throw new Error(`Of ${String(ten * rounds)} requests to each kind, ${answered.join(' and ')} were answered.`);
      }
    }),
  );
  await busy[Symbol.asyncDispose]();

  const loadedGuests = noted('Ten restored machines, after requests', await heldByGuests(restored));
  await finding(
    'memory-loaded',
    compared(
      () => noted('Ten containers, after requests', heldBy(boxes)),
      ['ten restored machines', () => loadedGuests],
    ),
  );

  const booted = once(async () => noted('Ten booted machines, idle', await heldByGuests(await webGuests(lab, ten))));
  await finding(
    'memory-booted',
    compared(() => heldBy(boxes), ['ten booted machines', booted]),
  );

  await exhibit({
    id: 'tens',
    title: 'What ten of each hold in memory, bytes',
    columns: ['What', 'All ten', 'One of them on average'],
    rows,
  });
});
