import { join } from 'node:path';
import { check, fingerprint, fioLayOut, fioRun, kib, mib, truth, values, type Subject } from '#verify';

const reads = 512;

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const container = await lab.container({
    binds: [[folder, '/data']],
    network: 'none',
    command: ['sleep', '600'],
    // Some engines hide the table of interrupts from containers. It is the host's all the same, which is the question.
    hostConfig: { MaskedPaths: [] },
  });
  const guest = await lab.restoredGuest();
  const asked = async (subject: Subject, script: string, ...words: string[]): Promise<string> =>
    (await subject.exec(['sh', '-c', script, 'sh', ...words])).stdout.trim();

  // Number, size and place in the tree of devices, of the disk below a folder: numbers alone repeat between machines.
  const disk = (subject: Subject) => asked(subject, diskScript, subject.kind === 'host' ? folder : '/data');
  const guestDisk = () => asked(guest, 'd=/sys/block/vda; cat $d/dev $d/size; readlink -f $d');
  const drivers = (subject: Subject) => asked(subject, driversScript);
  const looked = (label: string, see: () => Promise<string>) => async () => ({
    label,
    value: fingerprint(await see()),
  });
  const alike = (...looks: ReturnType<typeof looked>[]) => values(() => Promise.all(looks.map((look) => look())));

  await finding('disk', {
    measure: alike(
      looked('host', () => disk(lab.host)),
      looked('container', () => disk(container)),
    ),
    controls: {
      guest: alike(
        looked('host', () => disk(lab.host)),
        looked('guest', guestDisk),
      ),
    },
  });
  await finding('drivers', {
    measure: alike(
      looked('host', () => drivers(lab.host)),
      looked('container', () => drivers(container)),
    ),
    controls: {
      guest: alike(
        looked('host', () => drivers(lab.host)),
        looked('guest', () => drivers(guest)),
      ),
    },
  });

  const file = { pattern: 'randread', fileBytes: mib(8), blockBytes: kib(4), operations: reads } as const;
  await fioLayOut(lab.host, { ...file, file: join(folder, 'file') });
  const interrupts = async (subject: Subject) => tableOf(await asked(subject, 'cat /proc/interrupts'));
  /** A counter that somebody else reads in between lies between its host's readings before and after. */
  const sameCounters = (other: Subject, work: () => Promise<unknown>) =>
    truth(async () => {
      const before = await interrupts(lab.host);
      await work();
      const [between, after] = [await interrupts(other), await interrupts(lab.host)];
      const rows = [...between].filter(([line, count]) => {
        const [first, last] = [before.get(line), after.get(line)];
        return first !== undefined && last !== undefined && first <= count && count <= last;
      });
      const rises = [...after]
        .filter(([line]) => /^\d+:/.test(line))
        .map(([line, count]) => ({ line, rise: count - (before.get(line) ?? 0) }))
        .sort((one, other) => other.rise - one.rise);
      const busiest = rises[0] ?? { line: 'none', rise: 0 };
      return {
        value: between.size > 0 && rows.length === between.size && between.size === before.size,
        saw:
          `${String(rows.length)} of the ${String(between.size)} counters that the ${other.label} reads are those of the host. ` +
          `Meanwhile the host's busiest device line (${busiest.line}) rose by ${String(busiest.rise)}.`,
      };
    });
  await finding('interrupts', {
    measure: sameCounters(container, () => fioRun(container, { ...file, file: '/data/file' })),
    controls: {
      guest: sameCounters(guest, () => asked(guest, 'dd if=/dev/vda of=/dev/null bs=4k count=512 2>/dev/null')),
    },
  });

  const model = (subject: Subject) => asked(subject, "sed -n 's/^model name.*: //p' /proc/cpuinfo | sort -u");
  const models = [lab.host, container, guest] as const;
  await supporting('processor-model', {
    measure: values(async () => [
      { label: 'host', value: await model(lab.host) },
      { label: 'container', value: await model(container) },
    ]),
  });

  const rows = await Promise.all(
    models.map(async (subject) => {
      const [number = '', sectors = '', place = ''] = (
        subject === guest ? await guestDisk() : await disk(subject)
      ).split('\n');
      const found = (await drivers(subject)).split('\n');
      const names = [...new Set(found.map((line) => line.split(' ')[1] ?? ''))].sort();
      return [
        subject.label,
        number,
        Number(sectors) * 512,
        place.replace(/^\/sys\/devices\//, ''),
        names.join(', '),
        await model(subject),
      ];
    }),
  );
  await exhibit({
    id: 'hardware',
    title: 'What the kernel of each says of its hardware',
    columns: ['Where', 'Disk', 'Its size, bytes', 'Where it is plugged in', 'Drivers in use', 'Processor'],
    rows,
  });
});

const diskScript = `
number=$(stat -c %d "$1")
device=$(((number >> 8) & 4095)):$(((number & 255) | ((number >> 12) & 1048320)))
echo $device
cat /sys/dev/block/$device/size 2>/dev/null || echo 0
readlink -f /sys/dev/block/$device
`;

const driversScript =
  'for d in /sys/bus/*/devices/*; do [ -e "$d/driver" ] && echo "$d $(basename "$(readlink "$d/driver")")"; done; true';

/** Lines of /proc/interrupts by their name and source, each with the sum over processors; see proc(5). */
function tableOf(text: string): ReadonlyMap<string, number> {
  const processors = (text.split('\n')[0]?.match(/CPU\d+/g) ?? []).length;
  const rows = text
    .split('\n')
    .slice(1)
    .map((row) => row.trim().split(/\s+/))
    .filter(([name = '']) => name.endsWith(':'));
  return new Map(
    rows.map(([name = '', ...words]) => {
      const counts = words.slice(0, processors).map(Number).filter(Number.isFinite);
      return [[name, ...words.slice(processors)].join(' '), counts.reduce((sum, count) => sum + count, 0)];
    }),
  );
}
