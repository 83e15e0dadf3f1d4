import { readFile } from 'node:fs/promises';
import { amounts, check, values, type Container, type Subject } from '#verify';

/** How many containers run beside each other when their memory is read. */
const steps = [1, 2, 4, 8] as const;
const most = 8;

/** Waits for input that never comes, with the library that it needs in memory. */
const waits = ['openssl', 'enc', '-aes-256-cbc', '-pbkdf2', '-k', 'x'] as const;
const library = 'libcrypto.so';
/** Where images of the control have the library, each in a layer of its own. */
const ownFolder = '/opt/own';

export default check(async ({ lab, finding, exhibit }) => {
  const start = (image: Parameters<typeof lab.container>[0]) =>
    lab.container({ init: false, openStdin: true, command: waits, ...image });
  const sameImage = () => start({ image: 'minimal' });
  const ownImage = async () => {
    const copy = `cp $(find /usr/lib /lib -name '${library}*' | head -n 1) ${ownFolder}`;
    const image = await lab.builtImage({
      name: 'own-library',
      from: 'minimal',
      // One step with a word of its own: a layer that no other image has.
      instructions: [
        `RUN mkdir -p ${ownFolder} && ${copy} && echo ${lab.token()} > ${ownFolder}/token`,
        `ENV LD_LIBRARY_PATH=${ownFolder}`,
      ],
    });
    return start({ image });
  };
  // Neither has a file of the other's, so they may grow side by side.
  const [shared, distinct] = await Promise.all([grow(sameImage), grow(ownImage)]);

  const share = (name: string, series: ReadonlyMap<number, LibraryMemory>) =>
    amounts(() =>
      Promise.resolve({
        subject: { label: `${name}, beside ${String(most - 1)} others`, value: series.get(most)?.pssBytes ?? NaN },
        baseline: { label: `${name}, alone`, value: series.get(1)?.pssBytes ?? NaN },
        unit: 'B',
      }),
    );
  await finding('library', {
    measure: share('container', shared),
    controls: { 'images-of-their-own': share('container of an image of its own', distinct) },
  });

  const bootIds = (subjects: readonly Subject[]) =>
    values(() =>
      Promise.all(
        subjects.map(async (subject) => {
          const { stdout } = await subject.exec(['cat', '/proc/sys/kernel/random/boot_id']);
          return { label: subject.label, value: stdout.trim() };
        }),
      ),
    );
  const containers = await Promise.all([sameImage(), sameImage()]);
  await finding('kernel', {
    measure: bootIds([lab.host, ...containers]),
    controls: { guest: bootIds([lab.host, await lab.restoredGuest({ image: 'bare' })]) },
  });

  await exhibit({
    id: 'shares',
    title: "What one container's process is charged for the library, bytes",
    columns: ['Containers', 'Of one image', 'Of images of their own', 'Resident in each'],
    rows: steps.map((step) => [
      step,
      shared.get(step)?.pssBytes ?? null,
      distinct.get(step)?.pssBytes ?? null,
      shared.get(step)?.rssBytes ?? null,
    ]),
  });

  /** Starts containers, and reads at each step what the first one is charged. */
  async function grow(make: () => Promise<Container>): Promise<ReadonlyMap<number, LibraryMemory>> {
    await using stack = new AsyncDisposableStack();
    const running: Container[] = [];
    const series = new Map<number, LibraryMemory>();
    for (const step of steps) {
      const more = Array.from({ length: step - running.length }, async () => stack.use(await make()));
      running.push(...(await Promise.all(more)));
      const all = await Promise.all(running.map(({ pid }) => loaded(pid)));
      if (all[0] !== undefined) series.set(step, all[0]);
    }
    return series;
  }
});

interface LibraryMemory {
  readonly pssBytes: number;
  readonly rssBytes: number;
}

/** Memory of the library in a process, once it has been mapped: the fields of proc_pid_smaps(5). */
async function loaded(pid: number): Promise<LibraryMemory> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const smaps = await readFile(`/proc/${String(pid)}/smaps`, 'latin1');
    const mappings = smaps.split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/).filter((mapping) => mapping.includes(library));
    // The program waits in read(2) once all is loaded.
    const waiting = (await readFile(`/proc/${String(pid)}/stat`, 'latin1')).includes(') S ');
    if (mappings.length > 0 && waiting) {
      const sum = (field: string) =>
        mappings.reduce(
          (total, text) => total + 1024 * Number(new RegExp(`^${field}: +(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0),
          0,
        );
      return { pssBytes: sum('Pss'), rssBytes: sum('Rss') };
    }
    if (performance.now() > deadline) {
      throw new Error(`Process ${String(pid)} did not load ${library} and wait for input within 20 s.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
