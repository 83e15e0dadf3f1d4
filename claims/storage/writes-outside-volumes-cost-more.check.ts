import { check, installCpuTimer, ladder, once, paired, pairedReadings, type Container, type CpuTimer } from '#verify';

/** Where work is done: in the container's own layer, above the image's files, or in one of two volumes. */
type Place = '/image' | '/volume' | '/other';

/** Files of 4 MiB, each of which can be opened for the first time once. */
const copies = 24;
/** Sizes of the files, in MiB, whose first opening for writing makes the ladder, and how many there are of each. */
const sizesMiB = [1, 4, 16, 32];
const rounds = 6;

const file = (name: string, sizeMiB: number): string => `head -c ${String(sizeMiB * 2 ** 20)} /dev/zero > ${name}`;

/** Files that are part of the image, so that they lie in a layer below the container's own. */
const layFiles = [
  'mkdir -p /image/once /image/often/many',
  'cd /image',
  `for i in $(seq ${String(copies)}); do ${file('once/$i', 4)}; done`,
  file('often/large', 32),
  'for i in $(seq 2000); do echo $i > often/many/$i; done',
].join('; ');

const layLadder = [
  'mkdir -p /image/ladder',
  'cd /image',
  `for i in $(seq ${String(rounds)}); do ${sizesMiB.map((size) => file(`ladder/${String(size)}-$i`, size)).join('; ')}; done`,
].join('; ');

export default check(async ({ lab, finding, supporting }) => {
  const image = await lab.builtImage({ name: 'copy-up', from: 'minimal', instructions: [`RUN ${layFiles}`] });
  /** A container of that image with the same files in two volumes beside its own layer. */
  const withVolumes = async (files: 'once' | 'often'): Promise<Container> => {
    const container = await lab.container({
      image,
      volumes: [
        { name: null, path: '/volume' },
        { name: null, path: '/other' },
      ],
      command: ['sleep', '3600'],
    });
    for (const volume of ['/volume', '/other']) {
      await container.exec(['cp', '-R', `/image/${files}`, volume], { timeoutMs: 120_000 });
    }
    return container;
  };

  const side = <R>(label: string, take: () => Promise<R>) => ({ subject: { label, emulated: false }, take });
  const inPlace = (place: Place) => (place === '/image' ? "container's layer" : 'volume');
  // Every file can be opened for the first time once only, so their number is fixed beforehand.
  const firstWrite = (place: Place) => {
    let pair = 0;
    let timer: CpuTimer | undefined;
    const opening = async (where: Place) => {
      // Containers of the same image share its files, and each has a layer of its own above them.
      timer ??= await installCpuTimer(await withVolumes('once'), '/run');
      pair += 0.5;
      return (await timer.time(['sh', '-c', `: >> ${where}/once/${String(Math.ceil(pair))}`])).cpuSeconds;
    };
    return paired({
      quantity: 'cost',
      unit: 's',
      clock: 'cpu',
      warmups: 0,
      atLeast: copies,
      atMost: copies,
      subject: side(inPlace(place), () => opening(place)),
      baseline: side('volume', () => opening('/volume')),
    });
  };
  await finding('first-write-to-existing', {
    measure: firstWrite('/image'),
    controls: { volume: firstWrite('/other') },
  });

  const container = await withVolumes('often');
  const timer = await installCpuTimer(container, '/run');
  const burn = '; dd if=/dev/zero of=/dev/null bs=65536 count=4000';
  /** Each operation in a place; `more`: made dearer on purpose. */
  const operations = (place: Place, more = false) => {
    const visit = `tar cf /dev/null ${place}/often/many`;
    return {
      'new-file':
        `dd if=/dev/zero of=${place}/often/new bs=65536 count=512 conv=fsync; rm ${place}/often/new` +
        (more ? burn : ''),
      metadata: more ? `${visit}; ${visit}` : visit,
      'read-unmodified': `for i in 1 2 3 4 5 6 7 8; do cat ${place}/often/large; done${more ? burn : ''}`,
    };
  };
  type Costs = Awaited<ReturnType<typeof timer.timeScripts<keyof ReturnType<typeof operations>>>>;
  const against = (place: Place, atLeast: number, more?: boolean) =>
    pairedReadings<Costs>(
      { atLeast, atMost: 2 * atLeast },
      side(inPlace(place), () => timer.timeScripts(operations(place, more))),
      side('volume', () => timer.timeScripts(operations('/volume'))),
    );
  const series = { measure: against('/image', 12), volume: against('/other', 12), dearer: against('/image', 6, true) };
  for (const id of ['new-file', 'metadata', 'read-unmodified'] as const) {
    const by = (which: keyof typeof series) =>
      series[which].reading({ quantity: 'cost', unit: 's', clock: 'cpu' }, (costs) => costs[id]);
    await finding(id, {
      measure: by('measure'),
      controls: { volume: by('volume'), 'burns-more': by('dearer') },
    });
  }

  const untouched = once(async () => {
    const steps = await lab.builtImage({ name: 'copy-up-ladder', from: 'minimal', instructions: [`RUN ${layLadder}`] });
    return lab.container({ image: steps, command: ['sleep', '3600'] });
  });
  const opened = new Map<number, number>();
  /** Seconds until a file may be written, by the clock of the container's own programs; the file's first opening. */
  const untilWritable = async (sizeMiB: number): Promise<number> => {
    const next = (opened.get(sizeMiB) ?? 0) + 1;
    opened.set(sizeMiB, next);
    const path = `/image/ladder/${String(sizeMiB)}-${String(next)}`;
    const { stdout } = await (await untouched()).exec(['sh', '-c', `stamp; : >> ${path}; stamp`]);
    const [before = NaN, after = NaN] = stdout.trim().split('\n').map(Number);
    return (after - before) / 1e9;
  };
  await supporting('copy-up-by-size', {
    measure: ladder(
      sizesMiB.map((size) => ({
        subject: { label: `${String(size)} MiB`, emulated: false },
        take: () => untilWritable(size),
      })),
      { quantity: 'cost', unit: 's', clock: 'wall', warmups: 0, atLeast: rounds, atMost: rounds },
    ),
  });
});
