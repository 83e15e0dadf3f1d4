import { link, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, truth, values, type Container } from '#verify';

interface Place {
  readonly label: string;
  /** The file in the container, and where the host has it. */
  readonly inside: string;
  readonly outside: string;
}

export default check(async ({ lab, finding, exhibit }) => {
  const folder = await lab.scratchDirectory();
  const container = await lab.container({
    image: 'bare',
    command: ['sleep', '600'],
    binds: [[folder, '/bound']],
    volumes: [{ name: null, path: '/volume' }],
    tmpfs: { '/memory': '' },
  });
  const { Mounts } = await container.inspect();
  const volume = Mounts.find(({ Destination }) => Destination === '/volume');
  if (volume === undefined) throw new Error('The engine does not say where the volume of the container lies.');

  const name = lab.token();
  const bound: Place = { label: 'path of the host', inside: `/bound/${name}`, outside: join(folder, name) };
  const named: Place = { label: 'volume', inside: `/volume/${name}`, outside: join(volume.Source, name) };
  // What these hold lies elsewhere; the host's nearest equivalent is a file of the same name beside the volume's.
  const memory: Place = { label: 'file system in memory', inside: `/memory/${name}`, outside: named.outside };
  const layer: Place = { label: "container's own layer", inside: `/root/${name}`, outside: named.outside };
  const places = [bound, named, memory, layer];
  for (const { inside } of places)
    await container.exec(['sh', '-c', `mkdir -p /root; echo ${lab.token()} > ${inside}`]);

  const identity = (place: Place) =>
    values(async () => [
      { label: `${place.label}, from inside`, value: await insideIdentity(container, place.inside) },
      { label: `${place.label}, from the host`, value: await hostIdentity(place.outside) },
    ]);
  const elsewhere = { memory: identity(memory), layer: identity(layer) };
  await finding('same-file-bound', { measure: identity(bound), controls: elsewhere });
  await finding('same-file-volume', { measure: identity(named), controls: elsewhere });

  /** Change by one side, look by the other, at once: nothing is copied, so there is nothing to wait for. */
  const atOnce = (place: Place) =>
    truth(async () => {
      const word = lab.token();
      await container.exec(['sh', '-c', `echo ${word} > ${place.inside}`]);
      const read = await lab.host.exec(['cat', place.outside]);
      const written = read.stdout.trim() === word;

      await link(place.outside, `${place.outside}.${word}`);
      const links = (await insideIdentity(container, place.inside, '%h')) === '2';

      const back = lab.token();
      await writeFile(`${place.outside}.draft`, back);
      await rename(`${place.outside}.draft`, place.outside);
      const { stdout } = await container.exec(['cat', place.inside]);
      const replaced = stdout.trim() === back;
      const said = (so: boolean) => (so ? 'seen' : 'not seen');
      return {
        value: written && links && replaced,
        saw:
          `A write inside, ${said(written)} outside; a hard link made outside, ${said(links)} inside; ` +
          `a file renamed over it outside, ${said(replaced)} inside.`,
      };
    });
  await finding('at-once-bound', {
    measure: atOnce(bound),
    controls: { memory: atOnce(memory), layer: atOnce(layer) },
  });
  await finding('at-once-volume', {
    measure: atOnce(named),
    controls: { memory: atOnce(memory), layer: atOnce(layer) },
  });

  const { stdout: table } = await container.exec(['cat', '/proc/self/mountinfo']);
  const rows = table
    .split('\n')
    .map(mountOf)
    .filter(({ point }) => ['/', '/bound', '/volume', '/memory'].includes(point));
  await exhibit({
    id: 'mounts',
    title: 'What the kernel says of these mounts in the container',
    columns: ['Where', 'File system', 'Device', 'Is a part of that file system'],
    rows: rows.map(({ point, type, device, isPart }) => [point, type, device, isPart ? 'yes' : 'no, it is the whole']),
  });
  const mountKind = (point: string) =>
    truth(() => {
      const mount = rows.find((row) => row.point === point);
      const isPart = mount?.isPart === true;
      return {
        value: isPart,
        saw: `${point} is ${mount?.type ?? 'no mount'}, ${isPart ? 'a part of it' : 'the whole'}.`,
      };
    });
  await finding('part-of-host-bound', { measure: mountKind('/bound'), controls: { memory: mountKind('/memory') } });
  await finding('part-of-host-volume', { measure: mountKind('/volume'), controls: { memory: mountKind('/memory') } });
});

/** Device and inode number, which together name a file on one kernel: inode(7). */
async function insideIdentity(container: Container, path: string, format = '%d %i'): Promise<string> {
  const { stdout } = await container.exec(['stat', '-c', format, path]);
  return stdout.trim();
}

async function hostIdentity(path: string): Promise<string> {
  const { dev, ino } = await stat(path);
  return `${String(dev)} ${String(ino)}`;
}

/** A line of /proc/<pid>/mountinfo, see proc(5): the fourth field is the folder of the file system that is mounted. */
function mountOf(line: string) {
  const [, , device = '', root = '', point = '', ...rest] = line.split(' ');
  const type = rest[rest.indexOf('-') + 1] ?? '';
  return { device, point, type, isPart: root !== '/' };
}
