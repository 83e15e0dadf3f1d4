import { copyFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { amounts, check, diskLayers, hostTool, treeDigest, truth, values } from '#verify';

const recipe = 'mkdir -p /srv/app; seq 1 500 > /srv/app/data; sha256sum /srv/app/data > /srv/app/sum';
const withClock = `${recipe}; cat /proc/uptime /proc/sys/kernel/random/uuid > /srv/app/made`;

export default check(async ({ lab, finding }) => {
  const qemuImg = await hostTool('qemu-img', 'qemu-utils');
  const folder = await lab.scratchDirectory();

  const guest = await lab.guest({ image: 'minimal' });
  await guest.exec(['sh', '-c', `echo ${lab.token()} > /srv/changed; sync`]);
  // Before the guest is gone and its own layer with it; nothing is written any more.
  await guest.qmp.execute('stop');
  const { top, below } = await diskLayers(guest);
  const delta = join(folder, 'delta.qcow2');
  await copyFile(top, delta);

  const image = join(folder, 'image.qcow2');
  const original = join(folder, 'original.qcow2');
  const convert = [qemuImg, 'convert', '-U', '-O', 'qcow2'];
  await lab.host.exec([...convert, '-f', 'raw', below, image], { timeoutMs: 120_000 });
  await lab.host.exec([...convert, '-f', 'qcow2', top, original], { timeoutMs: 120_000 });

  const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;
  const moved = (path: string, label: string) =>
    amounts(async () => ({
      subject: { label, value: await sizeOf(path) },
      baseline: { label: 'the whole image', value: await sizeOf(original) },
      unit: 'B',
    }));
  await finding('delta-is-half', {
    measure: moved(delta, 'the difference'),
    controls: { 'full-copy': moved(original, 'the flattened copy') },
  });

  const otherThanOriginal = (path: string) =>
    truth(async () => {
      const { exitCode, stdout } = await lab.host.exec([qemuImg, 'compare', '-f', 'qcow2', path, original], {
        reject: false,
        timeoutMs: 120_000,
      });
      // qemu-img(1): 0 for identical images, 1 for different ones, anything else is an error.
      return { value: exitCode > 1 ? null : exitCode === 1, saw: stdout.trim().split('\n').at(-1) ?? '' };
    });
  await finding('delta-is-not-enough', {
    measure: otherThanOriginal(await onto(image, delta)),
    controls: { 'without-delta': otherThanOriginal(image) },
  });

  const afterRecipe = (script: string) =>
    values(async () => {
      const digests: string[] = [];
      for (const guest of [await lab.restoredGuest(), await lab.restoredGuest()]) {
        await guest.exec(['sh', '-ec', script]);
        digests.push(await treeDigest(guest, '/', ['/usr']));
      }
      return digests.map((value, index) => ({ label: `machine ${String(index + 1)}`, value }));
    });
  await finding('recipe-differs', {
    measure: afterRecipe(recipe),
    controls: { 'reads-the-clock': afterRecipe(withClock) },
  });

  /** The difference laid over a copy of the image: unsafe mode writes the new path down and looks at nothing. */
  async function onto(base: string, layer: string): Promise<string> {
    await lab.host.exec([qemuImg, 'rebase', '-u', '-f', 'qcow2', '-F', 'qcow2', '-b', base, layer]);
    return layer;
  }
});
