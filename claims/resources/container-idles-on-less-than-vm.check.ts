import {
  accountOf,
  check,
  guestMemory,
  memoryOf,
  mib,
  paired,
  replay,
  replayPaired,
  sameWindow,
  schedulingOf,
  settled,
  watch,
  webContainers,
  webGuests,
  webServer,
  type Container,
} from '#verify';

/** Six is the least from which a median has an interval. */
const instances = [0, 1, 2, 3, 4, 5];
const ballastBytes = mib(512);
/** How long idle instances are watched at a time. */
const windowMs = 1_000;
/** More than short processes take to be over. */
const settlingMs = 10_000;

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const container = { label: 'container', emulated: false };
  const guest = { label: 'guest, minimal', emulated: lab.emulated };
  const heldBy = (box: Container) => memoryOf(() => accountOf([box.pid])).pssBytes;

  const boxes = await webContainers(lab, instances.length);
  const guests = await webGuests(lab, instances.length);
  const containerBytes = boxes.map(heldBy);
  const parts = await Promise.all(guests.map(({ pid }) => guestMemory(pid)));
  const guestBytes = parts.map((part) => part.guestBytes + part.vmmBytes);

  // An emulator's guest touches the same memory; what only an emulator needs is left out. So the figure is exact.
  const memory = { quantity: 'amount', unit: 'B', clock: 'none', bound: 'exact', baseline: guest } as const;
  await finding('memory', {
    measure: replayPaired({ ...memory, subject: container }, () => ({ subject: containerBytes, baseline: guestBytes })),
    controls: {
      'with-ballast': replayPaired({ ...memory, subject: { ...container, label: 'with ballast' } }, async () => {
        // One of them, read as often as there are guests: what it holds is its own.
        const [box] = await webContainers(lab, 1, webServer.holding(ballastBytes));
        if (box === undefined) throw new Error('No container was started.');
        await using holding = box;
        const subject = instances.map(() => heldBy(holding));
        return { subject, baseline: guestBytes };
      }),
    },
  });
  await supporting('translation-cache', {
    measure: replay({ subject: guest, quantity: 'amount', unit: 'B', clock: 'none', bound: 'exact' }, () =>
      parts.map(({ translationBytes }) => translationBytes),
    ),
  });

  const [idle, machine] = [boxes[0], guests[0]];
  const [busy] = await webContainers(lab, 1, webServer.spinning);
  if (idle === undefined || machine === undefined || busy === undefined) throw new Error('Nothing is there to watch.');
  // What has answered its first question, or was at work as it started, has ended then.
  await settled(() => accountOf([idle.pid, busy.pid]).length, settlingMs);
  const watched = [accountOf([idle.pid]), [machine.pid], accountOf([busy.pid])];
  type Rates = readonly { readonly cpuSeconds: number; readonly timeslices: number }[];
  const windows: Rates[] = [];
  const look = async (): Promise<Rates> => {
    const [before, startedAt] = [watched.map(schedulingOf), performance.now()];
    await watch(windowMs);
    const seconds = (performance.now() - startedAt) / 1000;
    const rates = watched.map(schedulingOf).map((after, index) => ({
      cpuSeconds: (after.cpuSeconds - (before[index]?.cpuSeconds ?? NaN)) / seconds,
      timeslices: (after.timeslices - (before[index]?.timeslices ?? NaN)) / seconds,
    }));
    windows.push(rates);
    return rates;
  };
  const inWindow = sameWindow(look);
  const cpu = (index: number) => (rates: Rates) => rates[index]?.cpuSeconds ?? NaN;
  const processor = { quantity: 'cost', unit: 's', clock: 'cpu' } as const;
  await finding('processor', {
    measure: paired({
      ...processor,
      warmups: 0,
      atLeast: instances.length,
      atMost: instances.length,
      subject: { subject: container, take: inWindow(cpu(0)) },
      baseline: { subject: guest, take: inWindow(cpu(1)) },
    }),
    controls: {
      spinning: replayPaired(
        { ...processor, subject: { ...container, label: 'container that does not idle' }, baseline: guest },
        () => ({ subject: windows.map(cpu(2)), baseline: windows.map(cpu(1)) }),
      ),
    },
  });
  await supporting('wake-ups', {
    measure: replayPaired(
      { subject: container, baseline: guest, quantity: 'amount', unit: '1/s', clock: 'none' },
      () => ({
        subject: windows.map((rates) => rates[0]?.timeslices ?? NaN),
        baseline: windows.map((rates) => rates[1]?.timeslices ?? NaN),
      }),
    ),
  });

  await exhibit({
    id: 'instances',
    title: 'Memory of one idle instance, bytes',
    columns: ['Instance', 'Container', "Guest's memory", 'Monitor', 'Translation cache (left out)'],
    rows: instances.map((index) => [
      index + 1,
      containerBytes[index] ?? null,
      parts[index]?.guestBytes ?? null,
      parts[index]?.vmmBytes ?? null,
      parts[index]?.translationBytes ?? null,
    ]),
  });
});
