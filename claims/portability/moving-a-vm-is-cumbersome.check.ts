import { copyFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  amounts,
  askForWord,
  check,
  containerdBeside,
  crunRuntime,
  firstAnswer,
  hostTool,
  inTurns,
  loadImage,
  saveImage,
  serveAsInit,
  stopwatch,
  truth,
  type DiskController,
  type DiskFormat,
  type Image,
  type OwnEngine,
} from '#verify';

interface Destination {
  readonly name: string;
  readonly format: DiskFormat;
  readonly machine: 'pc' | 'q35';
  readonly controller: DiskController;
  /** What its disk can be plugged into instead. */
  readonly instead?: { readonly machine: 'pc' | 'q35'; readonly controller: DiskController };
}

const elsewhere: readonly Destination[] = [
  { name: 'vmdk on PVSCSI', format: 'vmdk', machine: 'pc', controller: 'pvscsi' },
  {
    name: 'vdi on AHCI',
    format: 'vdi',
    machine: 'q35',
    controller: 'ide',
    instead: { machine: 'pc', controller: 'ide' },
  },
  { name: 'vhdx on IDE', format: 'vhdx', machine: 'pc', controller: 'ide' },
];
const alike: Destination = { name: 'raw on virtio, as at home', format: 'raw', machine: 'pc', controller: 'virtio' };

interface Move {
  readonly steps: number;
  readonly bytes: number;
  readonly adjusted: boolean;
}

export default check(async ({ lab, finding, exhibit }) => {
  const qemuImg = await hostTool('qemu-img', 'qemu-utils');
  const folder = await lab.scratchDirectory();
  const word = lab.token();
  const files = { '/sbin/init': serveAsInit, '/srv/www/word': word };
  const disk = await lab.bootableDisk({ tree: 'bare', files });

  const rows: (string | number | null)[][] = [];
  const step = async <T>(where: string, what: string, work: () => Promise<T>): Promise<T> => {
    const watch = stopwatch();
    const result = await work();
    rows.push([where, what, Math.round(watch.seconds() * 100) / 100]);
    return result;
  };
  const convert = async (from: string, format: DiskFormat, name: string): Promise<string> => {
    const path = join(folder, `${name}.${format}`);
    await lab.host.exec([qemuImg, 'convert', '-f', 'raw', '-O', format, from, path], { timeoutMs: 120_000 });
    return path;
  };
  const carry = async (path: string): Promise<{ path: string; bytes: number }> => {
    const there = `${path}.there`;
    // Holes of a sparse file are not carried.
    await lab.host.exec(['cp', '--sparse=always', path, there]);
    const { size, blocks } = await stat(there);
    return { path: there, bytes: Math.min(size, blocks * 512) };
  };

  const moveMachine = async (to: Destination): Promise<Move> => {
    const where = `machine to ${to.name}`;
    const comesUp = (path: string, { machine, controller }: Pick<Destination, 'machine' | 'controller'>) =>
      lab.bootDisk(path, {
        machine,
        controller,
        format: to.format,
        until: /lab: up/,
        publish: 80,
        whenUp: async (port) => {
          const said = await firstAnswer({ host: '127.0.0.1', port: port ?? 0 }, { timeoutMs: 60_000, path: '/word' });
          if (said !== word) throw new Error(`The moved machine serves "${said}" and not the word that it was given.`);
        },
      });
    let steps = 0;
    const counted = <T>(what: string, work: () => Promise<T>): Promise<T> => {
      steps += 1;
      return step(where, what, work);
    };
    const file =
      to.format === 'raw' ? disk : await counted('convert the disk', () => convert(disk, to.format, to.name));
    const { path, bytes } = await counted('carry the disk', () => carry(file));
    const first = await counted('boot', () => comesUp(path, to));
    if (first.cameUp === true) return { steps, bytes, adjusted: false };
    const { instead } = to;
    if (first.cameUp === null || instead === undefined) throw new Error(`The machine did not come up: ${first.saw}`);
    // Another controller is a line in the machine's definition; nothing is done to the disk.
    await counted('plug the disk into another controller', () => Promise.resolve());
    const second = await counted('boot again', () => comesUp(path, instead));
    if (second.cameUp !== true) throw new Error(`The adjusted machine did not come up: ${second.saw}`);
    return { steps, bytes, adjusted: true };
  };
  const copyingEngine = async () =>
    lab.privateEngine({
      storageDriver: 'vfs',
      extra: [`--add-runtime=crun=${await crunRuntime(folder)}`, '--default-runtime=crun'],
    });
  const [[home, ...abroad], [source, other, copying]] = await Promise.all([
    inTurns([alike, ...elsewhere], 2, moveMachine),
    Promise.all([lab.privateEngine(), lab.privateEngine(), copyingEngine()]),
  ]);
  const containerd = await containerdBeside(copying.daemon);
  const image = await source.builtImage({ name: 'web', from: 'bare', files });
  const saved = async (what: Image, name: string): Promise<string> => {
    const path = join(folder, name);
    await saveImage(source.engine(), what, path);
    return path;
  };
  const archive = await step('container', 'save the image', () => saved(image, 'image.tar'));
  const served = async (engine: OwnEngine, path: string): Promise<string> => {
    const loaded = await step('container to Docker', 'load', () => loadImage(engine.engine(), path, image.reference));
    return step('container to Docker', 'run', async () => {
      await using box = await engine.container({
        image: loaded,
        network: 'none',
        init: false,
        command: ['/sbin/init'],
      });
      const { stdout } = await box.exec(['sh', '-c', askForWord]);
      return stdout.trim();
    });
  };
  const withoutDocker = async (path: string): Promise<string> => {
    await step('container to containerd', 'load', () => containerd.load(path));
    const script = `/sbin/init & ${askForWord}`;
    const { stdout } = await step('container to containerd', 'run', () =>
      containerd.run(`docker.io/${image.reference}`, ['sh', '-c', script]),
    );
    return stdout.trim();
  };
  const receivers = [(path: string) => served(other, path), (path: string) => served(copying, path), withoutDocker];
  const container = { steps: 1, bytes: 0 };
  for (const [index, receive] of receivers.entries()) {
    const there = join(folder, `image.tar.${String(index)}`);
    await step('container', 'carry the archive', () => copyFile(archive, there));
    const said = await receive(there);
    if (said !== word) throw new Error(`The moved container serves "${said}" and not the word that it was given.`);
    container.steps += 3;
    container.bytes += (await stat(there)).size;
  }
  const total = (moves: readonly Move[], what: 'steps' | 'bytes'): number =>
    moves.reduce((sum, move) => sum + move[what], 0);
  const homeward = home === undefined ? [] : [home];

  const compared = (unit: '1' | 'B', machine: number, box: number) =>
    amounts(() => ({
      subject: { label: 'virtual machine', value: machine },
      baseline: { label: 'container', value: box },
      unit,
    }));
  await finding('steps', {
    measure: compared('1', total(abroad, 'steps'), container.steps),
    controls: { 'same-kind': compared('1', total(homeward, 'steps'), 1 + 3) },
  });

  const whole = await source.scratchImage({
    name: 'whole',
    files: { '/disk': await readFile(join(folder, `${elsewhere[0]?.name ?? ''}.vmdk`)) },
  });
  const wholeBytes = (await stat(await saved(whole, 'whole.tar'))).size * receivers.length;
  await finding('bytes', {
    measure: compared('B', total(abroad, 'bytes'), container.bytes),
    controls: { 'machine-sized-image': compared('B', total(abroad, 'bytes'), wholeBytes) },
  });

  const large = await lab.bootableDisk({ tree: 'minimal' });
  const largeDisk = (await carry(await convert(large, 'vmdk', 'large'))).bytes;
  const largeImage = (await stat(await saved(await source.image('minimal'), 'large.tar'))).size;
  await finding('bytes-large', {
    measure: compared('B', largeDisk, largeImage),
    controls: { 'small-userland': compared('B', total(abroad, 'bytes'), container.bytes) },
  });

  const adjusted = (moves: readonly Move[]) =>
    truth(() => {
      const count = moves.filter((move) => move.adjusted).length;
      return { value: count > 0, saw: `${String(count)} of ${String(moves.length)} moves needed another controller.` };
    });
  await finding('adjusting', { measure: adjusted(abroad), controls: { 'same-kind': adjusted(homeward) } });

  await exhibit({ id: 'steps', title: 'Every step that was taken', columns: ['Move', 'Step', 'Seconds'], rows });
});
