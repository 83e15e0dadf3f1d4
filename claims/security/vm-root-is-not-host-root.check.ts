import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, isAllowed, rootOperations, truth, tryRootOperations, values } from '#verify';

/** What the guest's root does to its own machine: name, clock, a setting, and the first bytes of every disk it sees. */
const rampage = `
echo "$1" > /proc/sys/kernel/hostname
date -s @1000000000 >/dev/null
echo 7 > /proc/sys/vm/swappiness
for disk in /dev/vd?; do
  [ -b "$disk" ] && printf %s "$1" | dd of="$disk" conv=notrunc 2>/dev/null
done
sync
cat /proc/sys/kernel/hostname
`;

export default check(async ({ lab, finding }) => {
  const traces = async (file: string): Promise<Readonly<Record<string, string>>> => ({
    name: await readFile('/proc/sys/kernel/hostname', 'utf8'),
    'boot id': await readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    setting: await readFile('/proc/sys/vm/swappiness', 'utf8'),
    year: String(new Date().getFullYear()),
    file: await readFile(file, 'latin1'),
  });
  /** A guest's root lets itself go; true where no trace of it is on the host. */
  const untouched = (given: boolean) =>
    truth(async () => {
      const file = join(await lab.scratchDirectory({ mode: 0o755 }), 'file');
      await writeFile(file, Buffer.alloc(1 << 20));
      const disks = [{ path: file, format: 'raw' as const, serial: 'given' }];
      // A saved guest has the devices that it was saved with: only one that boots can be given another disk.
      const guest = given ? await lab.guest({ image: 'bare', disks }) : await lab.restoredGuest();
      const before = await traces(file);
      const word = lab.token();
      const { stdout } = await guest.exec(['sh', '-c', rampage, 'sh', word]);
      const after = await traces(file);
      const changed = Object.keys(before).filter((name) => before[name] !== after[name]);
      // A root that changed nothing of its own either would prove nothing.
      const tookEffect = stdout.includes(word);
      return {
        value: tookEffect ? changed.length === 0 : null,
        saw: `Changed on the host: ${changed.join(', ') || 'nothing'}. In the guest: ${tookEffect ? 'all' : 'nothing'}.`,
      };
    });
  await finding('host-untouched', { measure: untouched(false), controls: { 'given-a-disk': untouched(true) } });

  const guest = await lab.restoredGuest();
  const unlimited = (user: '0' | '1000') =>
    truth(async () => {
      const answers = await tryRootOperations(guest, user === '0' ? {} : { user });
      const refused = rootOperations.filter((operation) => !isAllowed(answers, operation)).map(({ id }) => id);
      return { value: refused.length === 0, saw: `Refused: ${refused.join(', ') || 'none'}.` };
    });
  await finding('own-machine', { measure: unlimited('0'), controls: { 'ordinary-user': unlimited('1000') } });

  const owner = (label: string, pid: number) =>
    values(async () => {
      const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
      return [
        { label: "the host's root", value: 0 },
        { label, value: Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]) },
      ];
    });
  await finding('other-user', {
    measure: owner("the guest's process on the host", guest.pid),
    controls: { 'roots-process': owner("the host's first process", 1) },
  });
});
