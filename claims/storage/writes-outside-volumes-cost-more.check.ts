import { check, installCpuTimer, ladder, paired, type Container } from '#verify';

/** Where work is done: in the container's own layer, above the image's files, or in one of two volumes. */
type Place = '/image' | '/volume' | '/other';

const copies = 12;
/** Sizes of the files, in MiB, whose first opening for writing makes the ladder. */
const sizesMiB = [1, 4, 16, 32];

/** Files that are part of the image, so that they lie in a layer below the container's own. */
const layFiles = [
  'mkdir -p /image/many',
  'cd /image',
  `for size in ${sizesMiB.join(' ')}; do for i in $(seq ${String(copies)}); do head -c $((size * 1048576)) /dev/zero > $size-$i; done; done`,
  'for i in $(seq 2000); do echo $i > many/$i; done',
].join('; ');

export default check(async ({ lab, finding, supporting }) => {
  const image = await lab.builtImage({ name: 'copy-up', from: 'minimal', instructions: [`RUN ${layFiles}`] });
  const started = () =>
    lab.container({
      image,
      volumes: [
        { name: null, path: '/volume' },
        { name: null, path: '/other' },
      ],
      command: ['sleep', '3600'],
    });
  const container = await started();
  for (const volume of ['/volume', '/other'])
    await container.exec(['cp', '-R', '/image/.', volume], { timeoutMs: 120_000 });

  /** Seconds until a file may be written, by the clock of the container's own programs; the file's first opening. */
  const untilWritable = async (box: Container, file: string): Promise<number> => {
    const { stdout } = await box.exec(['sh', '-c', `stamp; : >> ${file}; stamp`]);
    const [before = NaN, after = NaN] = stdout.trim().split('\n').map(Number);
    return (after - before) / 1e9;
  };
  const opened = new Map<string, number>();
  const firstOpening = (box: Container, place: Place, size: number): Promise<number> => {
    const name = `${place}/${String(size)}-`;
    const next = (opened.get(box.id + name) ?? 0) + 1;
    opened.set(box.id + name, next);
    return untilWritable(box, `${name}${String(next)}`);
  };

  const wallClock = { quantity: 'cost', unit: 's', clock: 'wall', warmups: 0 } as const;
  const side = (label: string, take: () => Promise<number>) => ({ subject: { label, emulated: false }, take });
  // Every file can be opened for the first time once only, so their number is fixed beforehand.
  const firstWrite = async (place: Place) => {
    const fresh = await started();
    await fresh.exec(['cp', '-R', '/image/.', '/volume'], { timeoutMs: 120_000 });
    if (place === '/other') await fresh.exec(['cp', '-R', '/image/.', '/other'], { timeoutMs: 120_000 });
    return paired({
      ...wallClock,
      atLeast: copies,
      atMost: copies,
      subject: side(place === '/image' ? "container's layer" : 'volume', () => firstOpening(fresh, place, 16)),
      baseline: side('volume', () => firstOpening(fresh, '/volume', 16)),
    });
  };
  await finding('first-write-to-existing', {
    measure: await firstWrite('/image'),
    controls: { volume: await firstWrite('/other') },
  });

  const timer = await installCpuTimer(container, '/run');
  const processorTime = (work: (place: Place) => string) => {
    const compared = (place: Place, more = '') =>
      paired({
        quantity: 'cost',
        unit: 's',
        clock: 'cpu',
        atLeast: 20,
        atMost: 40,
        subject: side(place === '/image' ? "container's layer" : 'volume', async () => {
          const { cpuSeconds } = await timer.time(['sh', '-c', work(place) + more]);
          return cpuSeconds;
        }),
        baseline: side('volume', async () => (await timer.time(['sh', '-c', work('/volume')])).cpuSeconds),
      });
    return { compared, burn: '; dd if=/dev/zero of=/dev/null bs=65536 count=4000 2>/dev/null' };
  };

  const newFile = processorTime(
    (place) => `dd if=/dev/zero of=${place}/new bs=65536 count=512 conv=fsync 2>/dev/null; rm ${place}/new`,
  );
  await finding('new-file', {
    measure: newFile.compared('/image'),
    controls: { volume: newFile.compared('/other'), 'burns-more': newFile.compared('/image', newFile.burn) },
  });
  const metadata = processorTime((place) => `tar cf /dev/null ${place}/many`);
  await finding('metadata', {
    measure: metadata.compared('/image'),
    controls: {
      volume: metadata.compared('/other'),
      'burns-more': metadata.compared('/image', '; tar cf /dev/null /image/many'),
    },
  });
  const reading = processorTime((place) => `for i in 1 2 3 4 5 6 7 8; do cat ${place}/32-1; done > /dev/null`);
  await finding('read-unmodified', {
    measure: reading.compared('/image'),
    controls: { volume: reading.compared('/other'), 'burns-more': reading.compared('/image', reading.burn) },
  });

  const untouched = await started();
  await supporting('copy-up-by-size', {
    measure: ladder(
      sizesMiB.map((size) => ({
        subject: { label: `${String(size)} MiB`, emulated: false },
        take: () => firstOpening(untouched, '/image', size),
      })),
      { ...wallClock, atLeast: 10, atMost: 10 },
    ),
  });
});
