import {
  accountOf,
  amounts,
  askContainers,
  askGuests,
  check,
  gib,
  guestMemory,
  inTurns,
  lineThrough,
  memoryOf,
  mib,
  webContainers,
  webGuests,
  webServer,
  type Container,
  type RunningGuest,
} from '#verify';

/** The memory to be filled. */
const budgetBytes = gib(1);
/** What a container of the control holds besides: as much as a guest of ours is given. */
const ballastBytes = mib(256);

/** Instances of one kind, of which more can be started and the last ended. */
interface Fleet {
  readonly label: string;
  /** How many run when their memory is read. */
  readonly steps: readonly number[];
  readonly running: AsyncDisposable[];
  readonly grow: (count: number) => Promise<void>;
  readonly bytes: () => Promise<number>;
  /** How many of them answer. */
  readonly answering: () => Promise<number>;
}

export default check(async ({ lab, finding, exhibit }) => {
  const containerFleet = (label: string, steps: readonly number[], server: string): Fleet => {
    const running: Container[] = [];
    return {
      label,
      steps,
      running,
      grow: async (count) => {
        running.push(...(await webContainers(lab, count, server)));
      },
      bytes: async () => memoryOf(() => accountOf(running.map(({ pid }) => pid))).pssBytes,
      answering: () => askContainers(lab, running, { rounds: 1 }),
    };
  };
  const guestFleet = (label: string, steps: readonly number[]): Fleet => {
    const running: RunningGuest[] = [];
    return {
      label,
      steps,
      running,
      grow: async (count) => {
        running.push(...(await webGuests(lab, count)));
      },
      bytes: async () => {
        const parts = await Promise.all(running.map(({ pid }) => guestMemory(pid)));
        return parts.reduce((sum, { guestBytes, vmmBytes }) => sum + guestBytes + vmmBytes, 0);
      },
      answering: () => askGuests(lab, running, { rounds: 1 }),
    };
  };

  const rows: (string | number | null)[][] = [];
  const noted = async (fleet: Fleet): Promise<number> => {
    const bytes = await fleet.bytes();
    rows.push([fleet.label, fleet.running.length, bytes, Math.round(bytes / fleet.running.length)]);
    return bytes;
  };
  /** How many of them the budget holds, by the line through what the first of them hold. */
  const readOff = oncePerFleet(async (fleet: Fleet): Promise<number> => {
    const points: [number, number][] = [];
    for (const step of fleet.steps) {
      await fleet.grow(step - fleet.running.length);
      points.push([step, await noted(fleet)]);
    }
    const { start, slope } = lineThrough(points);
    return Math.floor((budgetBytes - start) / slope);
  });
  /** As many of them as were read off, less those that are too many: how many of these answer. */
  const filled = oncePerFleet(async (fleet: Fleet): Promise<number> => {
    const wanted = await readOff(fleet);
    if (wanted > fleet.running.length) await fleet.grow(wanted - fleet.running.length);
    while ((await fleet.bytes()) > budgetBytes) await fleet.running.pop()?.[Symbol.asyncDispose]();
    await noted(fleet);
    const answering = await fleet.answering();
    // All at once: one after the other, as at the end of a check, takes long.
    await inTurns(fleet.running.splice(0), 8, async (one) => {
      await one[Symbol.asyncDispose]();
    });
    return answering;
  });

  const containers = containerFleet('containers', [1, 4, 16], webServer.plain);
  const ballast = containerFleet('containers with ballast', [1, 2, 3], webServer.holding(ballastBytes));
  const guests = guestFleet('guests', [1, 3, 5]);
  const against = (subject: Fleet, count: (fleet: Fleet) => Promise<number>) =>
    amounts(async () => ({
      subject: { label: subject.label, value: await count(subject) },
      baseline: { label: guests.label, value: await count(guests) },
      unit: '1',
    }));
  await finding('read-off', {
    measure: against(containers, readOff),
    controls: { 'with-ballast': against(ballast, readOff) },
  });
  await finding('really-started', {
    measure: against(containers, filled),
    controls: { 'with-ballast': against(ballast, filled) },
  });

  await exhibit({
    id: 'density',
    title: 'What so many idle instances hold together, bytes',
    columns: ['Instances of', 'How many', 'All of them', 'One of them on average'],
    rows,
  });
});

/** What several findings share is done when the first of them needs it, once for each fleet. */
function oncePerFleet<T>(work: (fleet: Fleet) => Promise<T>): (fleet: Fleet) => Promise<T> {
  const done = new Map<Fleet, Promise<T>>();
  return (fleet) => {
    const known = done.get(fleet) ?? work(fleet);
    done.set(fleet, known);
    return known;
  };
}
