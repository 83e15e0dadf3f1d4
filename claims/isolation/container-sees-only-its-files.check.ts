import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { atOnce, check, once, startBundle, truth, type Subject } from '#verify';

export default check(async ({ lab, finding }) => {
  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const [name, content] = [lab.token(), lab.token()];
  await writeFile(join(folder, name), `${content}\n`);

  const notFound = (search: (subject: Subject) => Promise<string>, word: string, subject: () => Promise<Subject>) =>
    truth(async () => {
      const found = (await search(await subject())).includes(word);
      return { value: !found, saw: found ? 'It was found.' : 'It was not found.' };
    });
  const plain = once(() => lab.container({ command: ['sleep', '600'] }));
  const bound = once(() => lab.container({ binds: [[folder, '/given']], command: ['sleep', '600'] }));

  /** A thief beside a disk: it is made while the first searches go on. */
  const thief = once(async () => {
    const guest = await lab.restoredGuest();
    // The first block of the guest's disk, which no file system uses.
    await guest.exec(['sh', '-c', 'dd of=/dev/vda bs=512 conv=notrunc,sync 2>/dev/null'], { stdin: content });
    const capabilities = ['CAP_MKNOD'];
    await startBundle(guest, {
      name: 'thief',
      command: ['sleep', '600'],
      privileged: true,
      capabilities,
      allDevices: true,
    });
    const inside: Subject = {
      ...guest,
      exec: (command, options) => guest.exec(['runc', 'exec', 'thief', 'busybox', ...command], options),
    };
    if (!(await searched(inside, ['sh', '-c', readDisks], content)).includes('found')) {
      throw new Error('The container in the guest does not find the content on its disk; the way is no way.');
    }
    return { ...inside, label: `container in the ${guest.label}` };
  });
  thief().catch(() => undefined);

  const byName = (subject: Subject) => searched(subject, ['find', '/', '-name', name]);
  await finding(
    'by-name',
    atOnce({ measure: notFound(byName, name, plain), controls: { bound: notFound(byName, name, bound) } }),
  );

  // The word comes by standard input: among the arguments it would be found below /proc.
  const byContent = (subject: Subject) => searched(subject, ['sh', '-c', grepEverything], content);
  await finding(
    'by-content',
    atOnce({ measure: notFound(byContent, content, plain), controls: { bound: notFound(byContent, content, bound) } }),
  );

  const throughProcesses = (subject: Subject) =>
    searched(subject, ['sh', '-c', openDoors, 'sh', join(folder, name), name]);
  await finding(
    'through-processes',
    atOnce({
      measure: notFound(throughProcesses, name, plain),
      controls: {
        'host-processes': notFound(throughProcesses, name, () =>
          lab.container({
            pidMode: 'host',
            capAdd: ['SYS_PTRACE'],
            securityOpt: ['apparmor=unconfined'],
            command: ['sleep', '600'],
          }),
        ),
      },
    }),
  );

  const noDisk = (subject: () => Promise<Subject>) =>
    truth(async () => {
      const { stdout } = await (await subject()).exec(['sh', '-c', readDisks], { stdin: content, timeoutMs: 60_000 });
      const count = (word: string) => stdout.split('\n').filter((line) => line === word).length;
      return {
        value: count('listed') > 0 && count('opened') === 0,
        saw: `Disks listed: ${String(count('listed'))}, opened: ${String(count('opened'))}, with the content: ${String(count('found'))}.`,
      };
    });
  await finding('through-devices', {
    measure: noDisk(plain),
    controls: { privileged: noDisk(thief) },
  });
});

/** What a search prints. That it meets doors that are shut is no failure. */
const searched = async (subject: Subject, command: readonly string[], stdin?: string): Promise<string> =>
  (await subject.exec(command, { reject: false, timeoutMs: 60_000, ...(stdin === undefined ? {} : { stdin }) })).stdout;

const grepEverything = `
cat > /tmp/.word
find / -path /proc -prune -o -path /sys -prune -o -path /tmp/.word -prune -o -type f -print0 | xargs -0 grep -hF -f /tmp/.word
rm /tmp/.word`;

/** The thief knows the path: below every root directory, and in every working directory. */
const openDoors = `for process in /proc/[0-9]*; do ls "$process/root$1" "$process/cwd/$2"; done 2>/dev/null`;

/** Reads the beginning of every disk that the kernel lists, through a device file of its own making. */
const readDisks = `
word=$(cat)
for disk in /sys/block/*; do
  echo listed
  file=/dev/lab-\${disk##*/}
  IFS=: read -r major minor <"$disk/dev"
  rm -f "$file"
  mknod "$file" b "$major" "$minor" || continue
  head -c 512 "$file" | grep -q . && echo opened
  head -c 1048576 "$file" | grep -qF "$word" && echo found
done 2>/dev/null
true`;
