import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { amounts, check, firstAnswer, hostTool, nginxApplication, nginxCommand, saveImage, type Image } from '#verify';

/** Brings up what the service needs of a machine, and becomes the service. */
const init = `#!/bin/sh
mount -t proc proc /proc
mount -t tmpfs tmp /tmp
ip link set lo up
ip address add 10.0.2.15/24 dev eth0
ip link set eth0 up
echo 'lab: the service starts'
exec ${nginxCommand.join(' ')}
`;

/** A form of the application: what it takes on a disk, and on a network where it is compressed as registries do. */
interface Packaged {
  readonly label: string;
  readonly diskBytes: number;
  readonly transferBytes: number;
}

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const debugfs = await hostTool('debugfs', 'e2fsprogs');
  const folder = await lab.scratchDirectory();
  const word = lab.token();
  const app = await nginxApplication(lab, word);

  const packagedImage = async (label: string, image: Image): Promise<Packaged> => {
    const archive = join(folder, 'image.tar');
    await saveImage(lab.engine(), image, archive);
    return { label, diskBytes: image.sizeBytes, transferBytes: await gzippedBytes(archive) };
  };
  const packagedDisk = async (label: string, path: string): Promise<Packaged> => ({
    label,
    // What it holds; the rest of the file is a hole.
    diskBytes: (await stat(path)).blocks * 512,
    transferBytes: await gzippedBytes(path),
  });

  const image = await lab.scratchImage({ name: 'nginx', files: app, command: [...nginxCommand] });
  await using box = await lab.container({ image, init: false });
  await lab.reachesWithin(20_000, {
    from: 'host',
    address: await box.address(),
    port: 80,
    send: 'GET / HTTP/1.0\r\n\r\n',
    expect: word,
  });
  const container = await packagedImage('container image', image);

  const disk = await lab.bootableDisk({ tree: 'bare', files: { ...app, '/sbin/init': init }, drivers: 'own' });
  const boot = await lab.bootDisk(disk, {
    machine: 'q35',
    controller: 'virtio',
    format: 'raw',
    until: /lab: the service starts/,
    publish: 80,
    whenUp: async (port) => {
      const answer = await firstAnswer({ host: '127.0.0.1', port: port ?? 0 }, { timeoutMs: 30_000 });
      if (!answer.includes(word)) throw new Error('The machine serves another page than its image holds.');
    },
  });
  if (boot.cameUp !== true) throw new Error(`The machine's image does not boot: ${boot.saw}`);
  const machine = await packagedDisk('machine image', disk);

  // The files of the machine's image, as they lie in its one partition, which begins after a mebibyte.
  await lab.host.exec([debugfs, '-R', `rdump / ${folder}`, `${disk}?offset=${String(2 ** 20)}`], { timeoutMs: 60_000 });
  const inside = await filesIn(folder, ['boot', 'bin', 'sbin', 'usr', 'lib', 'etc']);
  const kernelAndInit = Object.fromEntries(
    Object.entries(inside).filter(([path]) => /^\/(boot|usr\/bin\/busybox|usr\/sbin\/init)/.test(path)),
  );
  const fullContainer = await packagedImage(
    'container image with kernel and init',
    await lab.scratchImage({ name: 'nginx-and-kernel', files: { ...app, ...kernelAndInit } }),
  );

  const compared = (subject: Packaged, baseline: Packaged, key: 'diskBytes' | 'transferBytes') =>
    amounts(() => ({
      subject: { label: subject.label, value: subject[key] },
      baseline: { label: baseline.label, value: baseline[key] },
      unit: 'B',
    }));
  await finding('on-disk', {
    measure: compared(machine, container, 'diskBytes'),
    controls: { 'kernel-and-init-added': compared(machine, fullContainer, 'diskBytes') },
  });
  await finding('compressed', {
    measure: compared(machine, container, 'transferBytes'),
    controls: { 'kernel-and-init-added': compared(machine, fullContainer, 'transferBytes') },
  });

  const forms = [container, machine, fullContainer];
  const against = (subject: () => Promise<Packaged>, baseline: () => Promise<Packaged>) =>
    amounts(async () => {
      const [larger, smaller] = [await subject(), await baseline()];
      forms.push(...[larger, smaller].filter((form) => !forms.includes(form)));
      return {
        subject: { label: larger.label, value: larger.transferBytes },
        baseline: { label: smaller.label, value: smaller.transferBytes },
        unit: 'B',
      };
    });
  await supporting('whole-distribution', {
    measure: against(
      async () => packagedDisk('image of a whole distribution', await lab.bootableDisk({ tree: 'full' })),
      () => Promise.resolve(container),
    ),
  });
  await supporting('larger-application', {
    measure: against(
      async () => packagedDisk('machine image of a larger tree', await lab.bootableDisk({ tree: 'minimal' })),
      async () => packagedImage('container image of the same tree', await lab.image('minimal')),
    ),
  });

  const bytesOf = (wanted: (path: string) => boolean): number =>
    Object.entries(inside).reduce((sum, [path, { length }]) => sum + (wanted(path) ? length : 0), 0);
  const isOfApp = (path: string) => Object.keys(app).some((own) => path.endsWith(own));
  await exhibit({
    id: 'forms',
    title: 'The forms of the application, bytes',
    columns: ['Form', 'On disk', 'Compressed'],
    rows: forms.map(({ label, diskBytes, transferBytes }) => [label, diskBytes, transferBytes]),
  });
  await exhibit({
    id: 'shares',
    title: "What the machine's image is made of, bytes",
    columns: ['Part', "The machine's image"],
    rows: [
      ['Application with its libraries', bytesOf(isOfApp)],
      ['Kernel', bytesOf((path) => path === '/boot/vmlinuz')],
      ['First file system, with drivers', bytesOf((path) => path === '/boot/initial')],
      ['Init, shell and tools', bytesOf((path) => !path.startsWith('/boot/') && !isOfApp(path))],
      ['Boot loader', await bootLoaderBytes(disk)],
      ['Firmware: the monitor brings its own', 0],
    ],
  });
});

/** How large a file is after gzip, as layers are in a registry; the compressed bytes themselves are thrown away. */
async function gzippedBytes(path: string): Promise<number> {
  let bytes = 0;
  await pipeline(createReadStream(path), createGzip({ level: 6 }), async (compressed) => {
    for await (const chunk of compressed as AsyncIterable<Buffer>) bytes += chunk.length;
  });
  return bytes;
}

/** Regular files below some folders of a root, by absolute path. */
async function filesIn(root: string, folders: readonly string[]): Promise<Readonly<Record<string, Uint8Array>>> {
  const files: Record<string, Uint8Array> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(root.length);
    if (entry.isFile() && folders.some((folder) => path.startsWith(`/${folder}/`))) {
      files[path] = await readFile(join(root, path));
    }
  }
  return files;
}

/** Bytes before the partition that are not zero's tail: the sectors up to the last one with something in it. */
async function bootLoaderBytes(disk: string): Promise<number> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(disk, { end: 2 ** 20 - 1 })) chunks.push(chunk as Buffer);
  const first = Buffer.concat(chunks);
  const last = first.findLastIndex((byte) => byte !== 0);
  return Math.ceil((last + 1) / 512) * 512;
}
