import { availableParallelism } from 'node:os';
import { check, doWork, ladder, type Subject } from '#verify';

/** So many instances share each core; two cores take part, for a large machine would need hundreds of guests. */
const perCore = [1, 2, 4];

export default check(async ({ lab, finding, exhibit }) => {
  const cores = Math.min(2, availableParallelism());
  const most = cores * Math.max(...perCore);
  const guestMemoryMiB = 256;
  const containers = lazily(most, (index) =>
    lab.container({ network: 'none', cpusetCpus: String(index % cores), command: ['sleep', '3600'] }),
  );
  const guests = lazily(most, async (index) => {
    const guest = await lab.restoredGuest({ memoryMiB: guestMemoryMiB });
    // All threads of its machine monitor, those of its devices too.
    await lab.host.exec(['taskset', '-a', '-c', '-p', String(index % cores), String(guest.pid)]);
    return guest;
  });

  /** Mean seconds by the clock that a fixed amount of work takes each of the instances, all of which work at once. */
  const together = async (instances: readonly (readonly [Subject, number])[]): Promise<number> => {
    const spent = await Promise.all(
      instances.map(([subject, processor]) => doWork(subject, 'integer', { times: 0.5, processor })),
    );
    return spent.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0) / spent.length;
  };
  const rows: (string | number)[][] = [];
  /** Throughput of an instance that is a guest, as a share of that of one that is a container. */
  const share = async (count: number): Promise<number> => {
    const each = Array.from({ length: count }, (_, index) => index);
    const boxes = await Promise.all(each.map(async (index) => [await containers(index), index % cores] as const));
    const machines: (readonly [Subject, number])[] = [];
    // One after the other: restoring them all at once would ask for all of their memory at once.
    for (const index of each) machines.push([await guests(index), 0]);
    const [inContainers, inGuests] = [await together(boxes), await together(machines)];
    rows.push([count, count / cores, inContainers, inGuests]);
    return inContainers / inGuests;
  };
  const rungs = (counts: readonly number[]) =>
    ladder(
      counts.map((count) => ({
        subject: { label: `${String(count)} at once`, emulated: lab.emulated },
        take: () => share(count),
      })),
      { quantity: 'rate', unit: '1', clock: 'wall', warmups: 0, atLeast: 8, atMost: 8 },
    );
  await finding('share', {
    measure: rungs(perCore.map((count) => count * cores)),
    // As far as each instance has a core to itself.
    controls: { 'own-cores': rungs([1, cores]) },
  });
  await exhibit({
    id: 'instances',
    title: 'Seconds that the same work took each instance, in the mean of those that worked at once',
    columns: ['Instances', 'For each core', 'Containers', 'Guests'],
    rows,
  });
});

/** So many, each made when it is first asked for. */
function lazily<T>(count: number, make: (index: number) => Promise<T>): (index: number) => Promise<T> {
  const made: Promise<T>[] = Array.from({ length: count });
  return (index) => (made[index] ??= make(index));
}
