import { check, paired, stopwatch, truth, values, type RunningGuest, type Subject } from '#verify';

const asked = [1, 2, 4, 8];

const counted = async (subject: Subject): Promise<number> =>
  Number((await subject.exec(['grep', '-c', '^processor', '/proc/cpuinfo'])).stdout);

const kernelOf = async (subject: Subject): Promise<string> => (await subject.exec(['uname', '-rv'])).stdout.trim();

export default check(async ({ lab, finding, supporting }) => {
  const guests = new Map<number, RunningGuest>();
  // A kernel counts its processors as it boots; what was booted with so many once goes on from there.
  const guestWith = async (cpus: number): Promise<RunningGuest> => {
    const guest = guests.get(cpus) ?? (await lab.restoredGuest({ image: 'bare', cpus }));
    guests.set(cpus, guest);
    return guest;
  };
  const countedIn = async (cpus: number): Promise<number> => counted(await guestWith(cpus));
  const comparison = (given: readonly number[], wanted: readonly number[]) =>
    values(async () => {
      const seen: number[] = [];
      for (const cpus of given) seen.push(await countedIn(cpus));
      return [
        { label: 'asked for', value: wanted.join(', ') },
        { label: 'counted by the guests', value: seen.join(', ') },
      ];
    });
  await finding('sees-what-was-asked', {
    measure: comparison(asked, asked),
    controls: { 'given-others': comparison([1], [2]) },
  });

  const here = await counted(lab.host);
  const many = Math.max(here * 2, ...asked);
  await finding('more-than-the-host', {
    measure: truth(async () => {
      const seen = await countedIn(many);
      return { value: seen > here, saw: `The guest counts ${String(seen)}, the host ${String(here)}.` };
    }),
    controls: {
      container: truth(async () => {
        try {
          const box = await lab.container({ image: 'bare', cpus: many, command: ['sleep', '60'] });
          const seen = await counted(box);
          return { value: seen > here, saw: `The container counts ${String(seen)}, the host ${String(here)}.` };
        } catch (error) {
          return { value: false, saw: `The engine refuses: ${error instanceof Error ? error.message : ''}` };
        }
      }),
    },
  });

  const single = await guestWith(1);
  const box = await lab.container({ image: 'bare', command: ['sleep', '600'] });
  const ownSystem = (subject: Subject) =>
    truth(async () => {
      const [inside, outside] = [await kernelOf(subject), await kernelOf(lab.host)];
      return { value: inside !== outside, saw: `Inside: ${inside}. On the host: ${outside}.` };
    });
  await finding('two-systems', { measure: ownSystem(single), controls: { container: ownSystem(box) } });

  const double = await guestWith(2);
  const loads = (guest: RunningGuest) => async (): Promise<number> => {
    const watch = stopwatch();
    const load = 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done';
    await guest.exec(['sh', '-c', `(${load}) & (${load}) & wait`]);
    return watch.seconds();
  };
  await supporting('speed-up', {
    measure: paired({
      quantity: 'cost',
      unit: 's',
      clock: 'wall',
      atLeast: 6,
      atMost: 6,
      subject: { subject: { label: 'guest with one processor', emulated: lab.emulated }, take: loads(single) },
      baseline: { subject: { label: 'guest with two processors', emulated: lab.emulated }, take: loads(double) },
    }),
  });
});
