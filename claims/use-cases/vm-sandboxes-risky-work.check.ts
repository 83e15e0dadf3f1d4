import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, treeDigest, values, type RunningGuest, type Subject } from '#verify';

/** Deletes all that it may below some folders; the tools that do it are not among them. */
const deletion = (folders: string): readonly string[] => ['sh', '-c', `rm -rf ${folders}`];

/** Then overwrites raw blocks of the disk, and what a file in memory held. */
const destruction = `
rm -rf /srv /root /home /etc/passwd /var
dd if=/dev/urandom of=/dev/vda bs=1M seek=64 count=4 conv=notrunc,fsync 2>/dev/null
echo overwritten > /run/held-in-memory
sync`;

const blocks = `
sync; echo 3 > /proc/sys/vm/drop_caches
dd if=/dev/vda bs=1M skip=64 count=4 2>/dev/null | sha256sum | cut -c1-16
cat /run/held-in-memory`;

export default check(async ({ lab, finding }) => {
  const folder = await lab.scratchDirectory();
  await writeFile(join(folder, 'precious'), lab.token());
  const before = await folderDigest(lab.host, folder);

  const untouched = await lab.restoredGuest();
  const image = await exposedFiles(untouched);

  const victim = await lab.restoredGuest();
  await victim.exec(['sh', '-c', `echo ${lab.token()} > /run/held-in-memory`]);
  const clean = await machineState(victim);
  await snapshot(victim, 'savevm');
  await victim.exec(['sh', '-c', destruction]);
  const damaged = await machineState(victim);
  const damagedTree = await exposedFiles(victim);
  const afterGuest = await folderDigest(lab.host, folder);
  await snapshot(victim, 'loadvm');
  const restored = await machineState(victim);

  const sameState = (first: string, then: string) =>
    values(() => [
      { label: 'before', value: first },
      { label: 'after', value: then },
    ]);
  await finding('restored', {
    measure: sameState(clean, restored),
    controls: { 'no-snapshot': sameState(clean, damaged) },
  });
  await finding('image-unharmed', {
    measure: values(async () => [
      { label: 'a guest of the image, before', value: image },
      { label: 'another, after', value: await exposedFiles(await lab.restoredGuest()) },
    ]),
    controls: { 'damaged-machine': sameState(image, damagedTree) },
  });
  await finding('host-unharmed', {
    measure: sameState(before, afterGuest),
    controls: {
      'shared-folder': values(async () => {
        const box = await lab.container({ image: 'bare', binds: [[folder, '/srv/shared']], command: ['sleep', '600'] });
        // The folder itself is a mount and stays; what is in it does not.
        await box.exec(deletion('/srv /root /home /etc/passwd /var'), { reject: false });
        return [
          { label: 'before', value: before },
          { label: 'after', value: await folderDigest(lab.host, folder) },
        ];
      }),
    },
  });
});

const folderDigest = (host: Subject, folder: string): Promise<string> => treeDigest(host, folder);

/** /usr holds the tools that do the damage and is left alone; reading it would take an emulated guest long. */
const exposedFiles = (subject: Subject): Promise<string> => treeDigest(subject, '/', ['/usr']);

/** Of what the destruction is aimed at: files outside /usr, the disk's blocks, a word in memory. */
async function machineState(guest: RunningGuest): Promise<string> {
  const { stdout } = await guest.exec(['sh', '-c', blocks]);
  return [await exposedFiles(guest), ...stdout.trim().split('\n')].join(' ');
}

/** Saves disk and memory in the machine's own layer, or goes back to what was saved there. */
async function snapshot(guest: RunningGuest, command: 'savevm' | 'loadvm'): Promise<void> {
  const said = await guest.qmp.execute('human-monitor-command', { 'command-line': `${command} clean` });
  if (said !== '') throw new Error(`The monitor refuses ${command}: ${String(said)}`);
}
