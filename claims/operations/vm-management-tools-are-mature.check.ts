import { randomUUID } from 'node:crypto';
import { check, machineFiles, truth, until, type MachineManager } from '#verify';

/** How long a machine may take to boot, or to do what it is told. */
const patienceMs = 30_000;
const limitKiB = 128 * 1024;

/** What the manager said, and what the machine shows of it; `shows` is null where the manager refused. */
interface Deed {
  readonly refused: string | null;
  readonly shows: boolean | null;
  readonly saw: string;
}

export default check(async ({ lab, finding }) => {
  const folder = await lab.scratchDirectory();
  const files = await machineFiles({ folder, emulated: lab.emulated });
  const [manager, other] = [await lab.machineManager(), await lab.machineManager()];
  const [name, unknown] = [randomUUID(), randomUUID()].map((id) => `bare-claims-${id}`) as [string, string];
  const machine = await files.definition(name);
  const counted = async (): Promise<number> => (await files.said(name))?.count ?? 0;
  const countsFrom = (first: number, withinMs = patienceMs): Promise<boolean> =>
    until(async () => (await counted()) >= first, withinMs);

  const told = async (
    words: readonly string[],
    shows: () => Promise<{ readonly value: boolean; readonly saw: string }>,
    by: MachineManager = manager,
  ): Promise<Deed> => {
    const { refused } = await by.virsh(...words);
    if (refused === null) return { refused, ...mapped(await shows()) };
    return { refused, shows: null, saw: refused.split('\n')[0] ?? '' };
  };
  const refusedFor = (...words: readonly string[]): Promise<Deed> =>
    told(words, () => Promise.resolve({ value: true, saw: 'It was not refused.' }));
  const settle = async (id: string, deed: Deed, toUnknown: Deed): Promise<void> => {
    const outcome = ({ refused, shows, saw }: Deed) =>
      truth(() => {
        // Any other reason would be a fault of ours.
        if (refused !== null && !refused.includes(unknown)) throw new Error(`The manager refuses: ${refused}`);
        return { value: shows ?? false, saw: saw.replaceAll(unknown, 'nobody').replaceAll(name, 'the machine') };
      });
    await finding(id, { measure: outcome(deed), controls: { unknown: outcome(toUnknown) } });
  };

  const defined = await manager.virsh('define', machine);
  if (defined.refused !== null) throw new Error(`The machine cannot be defined: ${defined.refused}`);
  const started = await told(['start', name], async () => {
    const value = await countsFrom(1);
    return { value, saw: value ? 'It counts.' : 'It never began to count.' };
  });
  await settle('start', started, await refusedFor('start', unknown));

  const monitored = await told(['domstats', '--cpu-total', '--balloon', name], async () => {
    const first = await figures(manager, name);
    await countsFrom((await counted()) + 5);
    const then = await figures(manager, name);
    const own = (await files.said(name))?.memoryKiB ?? NaN;
    const saw = `Processor time grew: ${String(then.cpu > first.cpu)}. Memory is what the machine says: ${String(then.memoryKiB === own)}.`;
    return { value: then.cpu > first.cpu && then.memoryKiB === own, saw };
  });
  await settle('monitor', monitored, await refusedFor('domstats', unknown));

  const limited = await told(['setmem', name, String(limitKiB), '--live'], async () => {
    const value = await until(async () => ((await files.said(name))?.memoryKiB ?? Infinity) <= limitKiB, patienceMs);
    return { value, saw: `The machine says that it has ${value ? 'no more' : 'more'} than it was left.` };
  });
  await settle('limit', limited, await refusedFor('setmem', unknown, String(limitKiB), '--live'));

  const saved = await counted();
  const kept = await told(['snapshot-create-as', name, 'kept'], async () => {
    const further = saved + 15;
    await countsFrom(further);
    const { refused } = await manager.virsh('snapshot-revert', name, 'kept');
    const back = await until(async () => (await counted()) < further, patienceMs);
    return { value: refused === null && back, saw: `It went ${back ? '' : 'not '}back to what it had counted.` };
  });
  await manager.virsh('snapshot-delete', name, 'kept');
  await settle('snapshot', kept, await refusedFor('snapshot-create-as', unknown, 'kept'));

  const before = await counted();
  const way = ['--desturi', other.uri, '--migrateuri', other.wayIn];
  const moved = await told(['migrate', '--live', '--unsafe', name, ...way], async () => {
    const went = await countsFrom(before + 10);
    const [here, there] = [await runs(manager, name), await runs(other, name)];
    const saw = `It runs here: ${String(here)}, there: ${String(there)}. It went on counting: ${String(went)}.`;
    return { value: went && there && !here, saw };
  });
  await settle('migrate', moved, await refusedFor('migrate', '--live', '--unsafe', unknown, ...way));
  await other.virsh('destroy', name);

  const last = await counted();
  const marked = await told(['autostart', name], async () => {
    await manager.powerCycle();
    const value = await until(async () => {
      const now = await counted();
      return now > 0 && now < last;
    }, patienceMs);
    return { value, saw: value ? 'It counts anew.' : 'It did not come up.' };
  });
  await settle('autostart', marked, await refusedFor('autostart', unknown));
});

const mapped = ({ value, saw }: { readonly value: boolean; readonly saw: string }) => ({ shows: value, saw });

const runs = async (manager: MachineManager, name: string): Promise<boolean> =>
  (await manager.virsh('domstate', name)).stdout.trim() === 'running';

async function figures(
  manager: MachineManager,
  name: string,
): Promise<{ readonly cpu: number; readonly memoryKiB: number }> {
  const { stdout } = await manager.virsh('domstats', '--cpu-total', '--balloon', name);
  const figure = (field: string): number => Number(new RegExp(`${field}=(\\d+)`).exec(stdout)?.[1]);
  return { cpu: figure('cpu.time'), memoryKiB: figure('balloon.available') };
}
