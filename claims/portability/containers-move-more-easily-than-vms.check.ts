import { createHash, randomBytes } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  amounts,
  askForWord,
  check,
  containerdBeside,
  crunRuntime,
  firstAnswer,
  hostTool,
  loadImage,
  mib,
  once,
  paired,
  pullImage,
  pushImage,
  saveImage,
  serveAsInit,
  startRegistry,
  stopwatch,
  truth,
  type DiskFormat,
  type Image,
} from '#verify';

/** Random bytes do not get smaller, so that what is carried is what was changed. */
const appBytes = mib(8);
const otherFormats: readonly DiskFormat[] = ['vmdk', 'vdi', 'vhdx'];

export default check(async ({ lab, finding }) => {
  const [qemuImg, debugfs] = [await hostTool('qemu-img', 'qemu-utils'), await hostTool('debugfs', 'e2fsprogs')];
  const folder = await lab.scratchDirectory();
  const { runId } = lab.engine();
  await using registry = await startRegistry({ runId, folder: await lab.scratchDirectory() });
  const extra = [registry.engineArgument];
  const [source, receiver] = await Promise.all([lab.privateEngine({ extra }), lab.privateEngine({ extra })]);
  await registry.connect(source.engine());
  const cable = await registry.connect(receiver.engine());

  const word = lab.token();
  const [firstApp, secondApp] = [randomBytes(appBytes), randomBytes(appBytes)];
  const filesWith = (app: Uint8Array) => ({ '/sbin/init': serveAsInit, '/srv/www/word': word, '/srv/www/app': app });
  const built = (app: Uint8Array): Promise<Image> =>
    source.builtImage({ name: 'web', from: 'bare', files: filesWith(app) });
  const [first, second] = await Promise.all([built(firstApp), built(secondApp)]);

  let transfers = 0;
  /** Bytes on the receiver's cable, both ways, for an image that it may have parts of. */
  const pulled = async (image: Image): Promise<number> => {
    transfers += 1;
    const name = `${registry.address}/carried:${String(transfers)}`;
    await pushImage(source.engine(), image, name);
    const before = await cable.bytes();
    await pullImage(receiver.engine(), name);
    const after = await cable.bytes();
    return after.toEngine - before.toEngine + after.toRegistry - before.toRegistry;
  };
  /** The same for an image whose program must then be the one that was carried. */
  const working = async (image: Image, app: Uint8Array): Promise<number> => {
    const bytes = await pulled(image);
    const reference = `${registry.address}/carried:${String(transfers)}`;
    const { stdout } = await receiver.complete({
      image: { ...image, reference },
      network: 'none',
      init: false,
      command: ['sha256sum', '/srv/www/app'],
    });
    if (!stdout.startsWith(createHash('sha256').update(app).digest('hex'))) {
      throw new Error(`What was carried is not the program that was built. Its digest is: ${stdout}`);
    }
    return bytes;
  };
  /** A file of a machine travels the same way: compressed, as the only file of an image. */
  const asImage = (compressed: Uint8Array): Promise<Image> =>
    source.scratchImage({ name: 'machine', files: { '/disk.gz': compressed } });
  const compressed = async (path: string): Promise<Uint8Array> => gzipSync(await readFile(path));

  const disk = await lab.bootableDisk({ tree: 'bare', files: filesWith(firstApp) });
  const delta = await deltaAfterUpdate();
  // Begun here, for it takes as long as all that is carried, whose bytes are counted and not its seconds.
  const atHome = booting('raw')();
  // Whoever needs it hears of a failure; nobody may.
  atHome.catch(() => undefined);
  const whole = await compressed(disk);
  const bytes = {
    first: await working(first, firstApp),
    machine: await pulled(await asImage(whole)),
    update: await working(second, secondApp),
    machineUpdate: await pulled(await asImage(await compressed(delta))),
    // With a byte of its own, or the registry would know it already.
    machineSized: await pulled(await asImage(Buffer.concat([whole, Buffer.from(lab.token())]))),
  };
  const compared = (container: number, machine: number) =>
    amounts(() => ({
      subject: { label: 'container', value: container },
      baseline: { label: 'virtual machine', value: machine },
      unit: 'B',
    }));
  await finding('first-transfer', {
    measure: compared(bytes.first, bytes.machine),
    controls: { 'machine-sized-image': compared(bytes.machineSized, bytes.machine) },
  });
  await finding('update', {
    measure: compared(bytes.update, bytes.machineUpdate),
    controls: { 'whole-disk': compared(bytes.update, bytes.machine) },
  });

  const archive = join(folder, 'image.tar');
  await saveImage(source.engine(), first, archive);
  const copying = await lab.privateEngine({
    storageDriver: 'vfs',
    extra: [`--add-runtime=crun=${await crunRuntime(folder)}`, '--default-runtime=crun'],
  });
  const containerd = await containerdBeside(copying.daemon);
  const servedBy = async (engine: typeof copying): Promise<string> => {
    const image = await loadImage(engine.engine(), archive, first.reference);
    await using box = await engine.container({ image, network: 'none', init: false, command: ['/sbin/init'] });
    const { stdout } = await box.exec(['sh', '-c', askForWord]);
    return stdout.trim();
  };
  const withoutDocker = async (): Promise<string> => {
    await containerd.load(archive);
    return (await containerd.run(`docker.io/${first.reference}`, ['cat', '/srv/www/word'])).stdout.trim();
  };
  /** How many of the places do not take what is carried as it is. */
  const refusals = async (places: readonly (() => Promise<boolean>)[]): Promise<number> => {
    const taken = await Promise.all(places.map((place) => place()));
    return taken.filter((took) => !took).length;
  };
  const taking = (say: () => Promise<string>) => async (): Promise<boolean> =>
    say().then(
      (said) => said === word,
      () => false,
    );
  // The container goes to the same places, whatever the machine's are.
  const ofContainer = once(() => refusals([taking(() => servedBy(copying)), taking(withoutDocker)]));
  const fewerConversions = (places: readonly (() => Promise<boolean>)[]) =>
    truth(async () => {
      const container = await ofContainer();
      const machine = await refusals(places);
      return {
        value: container < machine,
        saw: `Conversions needed: ${String(container)} for the container, ${String(machine)} for the machine.`,
      };
    });
  await finding('conversions', {
    measure: fewerConversions(otherFormats.map(booting)),
    controls: { 'same-kind': fewerConversions([() => atHome]) },
  });

  const container = {
    subject: { label: 'container', emulated: false },
    take: async () => {
      const watch = stopwatch();
      const said = await servedBy(copying);
      const seconds = watch.seconds();
      if (said !== word) throw new Error(`The container serves "${said}" and not its word.`);
      await copying.engine().docker.getImage(first.reference).remove();
      return seconds;
    },
  };
  const machine = {
    subject: { label: 'guest, from its disk', emulated: lab.emulated },
    take: async () => {
      const watch = stopwatch();
      const up: number[] = [];
      const { saw } = await lab.bootDisk(disk, {
        machine: 'pc',
        controller: 'virtio',
        format: 'raw',
        until: /lab: up/,
        publish: 80,
        whenUp: async (port) => {
          await firstAnswer({ host: '127.0.0.1', port: port ?? 0 }, { timeoutMs: 60_000, path: '/word' });
          up.push(watch.seconds());
        },
      });
      const [seconds] = up;
      if (seconds === undefined) throw new Error(`The machine did not come up: ${saw}`);
      return seconds;
    },
  };
  const ready = (baseline: typeof container) =>
    paired({
      subject: container,
      baseline,
      quantity: 'cost',
      unit: 's',
      clock: 'wall',
      warmups: 0,
      atLeast: 6,
      atMost: 6,
    });
  await copying.engine().docker.getImage(first.reference).remove();
  await finding('ready', { measure: ready(machine), controls: { 'against-itself': ready(container) } });

  function booting(format: DiskFormat): () => Promise<boolean> {
    return async () => {
      const machine = { machine: 'pc', controller: 'virtio', format, until: /lab: up/ } as const;
      const { cameUp, saw } = await lab.bootDisk(disk, machine);
      if (cameUp === null) throw new Error(`Whether the machine takes the disk is not known: ${saw}`);
      return cameUp;
    };
  }

  /** The blocks that differ after one file was changed on the disk, as a layer over it. */
  async function deltaAfterUpdate(): Promise<string> {
    const [updated, app, layer] = [join(folder, 'updated.raw'), join(folder, 'app'), join(folder, 'delta.qcow2')];
    await copyFile(disk, updated);
    await writeFile(app, secondApp);
    const partition = `${updated}?offset=${String(mib(1))}`;
    for (const request of ['rm /srv/www/app', `write ${app} /srv/www/app`]) {
      await lab.host.exec([debugfs, '-w', '-R', request, partition]);
    }
    await lab.host.exec([qemuImg, 'create', '-q', '-f', 'qcow2', '-b', updated, '-F', 'raw', layer]);
    await lab.host.exec([qemuImg, 'rebase', '-f', 'qcow2', '-b', disk, '-F', 'raw', layer], { timeoutMs: 120_000 });
    // Fails where the disk under its layer is not the changed one, block by block.
    await lab.host.exec([qemuImg, 'compare', '-q', '-f', 'qcow2', '-F', 'raw', layer, updated], { timeoutMs: 120_000 });
    return layer;
  }
});
