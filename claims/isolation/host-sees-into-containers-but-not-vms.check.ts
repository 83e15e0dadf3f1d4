import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  check,
  findInMemory,
  freePort,
  mib,
  overhear,
  peek,
  processesOf,
  truth,
  type Container,
  type RunningGuest,
  type Subject,
} from '#verify';

/** A user of the host who owns nothing, not even a guest's machine, which "nobody" does. */
const stranger = '61537';
const diskBytes = mib(8);
/** Holds a line of its input in a variable, and nothing of it in its arguments. */
const hold = 'read -r held; while :; do sleep 1; done';

export default check(async ({ lab, finding, supporting }) => {
  const root: Subject = lab.host;
  const ordinary: Subject = {
    ...root,
    label: 'ordinary user of the host',
    exec: (command, options) => root.exec(command, { ...options, user: stranger }),
  };
  const seen = (look: () => Promise<boolean>, wanted: boolean) =>
    truth(async () => {
      const found = await look();
      return { value: found === wanted, saw: found ? 'The word of this run was read.' : 'It was not read.' };
    });

  const [container, guest] = await Promise.all([lab.container({ command: ['sleep', '600'] }), lab.restoredGuest()]);

  // A file: below the root directory of the container's process, and in the file that is the guest's disk.
  const written = async (subject: Subject): Promise<string> => {
    const word = lab.token();
    const { stdout } = await subject.exec(['sh', '-c', 'echo "$0" > /root/secret && sync && cat /root/secret', word]);
    if (stdout.trim() !== word) throw new Error(`The ${subject.label} has not written its secret.`);
    return word;
  };
  const inContainersFile = (who: Subject) => async () => {
    const word = await written(container);
    const { stdout } = await who.exec(['cat', `/proc/${String(container.pid)}/root/root/secret`], { reject: false });
    return stdout.includes(word);
  };
  const inFile = async (who: Subject, path: string, word: string) =>
    (await who.exec(['grep', '-qaF', word, path], { reject: false, timeoutMs: 60_000 })).exitCode === 0;
  const inGuestsDisk = (who: Subject) => async () => {
    const word = await written(guest);
    return inFile(who, guest.overlayPath ?? '', word);
  };

  // Arguments: in the host's table of processes.
  const argumentsListed = (subject: Subject, who: Subject) => async () => {
    const word = lab.token();
    await subject.exec(['sh', '-c', `sh -c 'while :; do sleep 1; done' ${word} >/dev/null 2>&1 &`]);
    if (!(await subject.exec(['sh', '-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null || :'])).stdout.includes(word)) {
      throw new Error(`The process was not started in the ${subject.label}.`);
    }
    return (await who.exec(['ps', '-ww', '-eo', 'args='])).stdout.includes(word);
  };

  // Memory: of the container's processes, and of the one process that is the guest's machine.
  const inMemory = (subject: Container | RunningGuest, who: Subject) => async () => {
    const [mark, word] = [`${lab.token()}:`, lab.token()];
    const { stdout } = await subject.exec(['sh', '-c', `exec 3<&0; (${hold}) <&3 >/dev/null 2>&1 & echo $!`], {
      stdin: `${mark}${word}\n`,
    });
    if (stdout.trim() === '') throw new Error(`Nobody holds the secret in the ${subject.label}.`);
    const pids = subject.kind === 'guest' ? [subject.pid] : processesOf(subject.pid);
    for (const pid of pids) {
      const address = await findInMemory(who, pid, mark);
      if (address !== null && (await peek(who, 'proc-mem', { pid, address })).read === word) return true;
    }
    return false;
  };

  // The wire: both answer a third one on the same bridge, and somebody on the host listens.
  const net = lab.engine().private ? lab : await lab.privateEngine();
  const hostsNetwork = {
    exec: (...words: Parameters<Subject['exec']>) => net.engine().hostNetworkExec(...words),
  };
  const port = await freePort();
  const wireWord = lab.token();
  const onBridge = async () => lab.restoredGuest({ image: 'bare', tap: await net.bridgeTap() });
  const [reader, talker, bridged] = await Promise.all([
    net.container({ image: 'bare', command: ['sleep', '600'] }),
    net.container({ image: 'bare', command: net.tokenServer(port, wireWord) }),
    onBridge(),
  ]);
  await bridged.exec(['sh', '-c', `"$@" </dev/null >/dev/null 2>&1 &`, 'sh', ...net.tokenServer(port, wireWord)]);
  const onTheWire = (address: () => Promise<string>, who: { readonly user?: string }) => async () => {
    const target = { from: reader, address: await address(), port, expect: wireWord };
    await net.reachesWithin(10_000, target);
    const { heard, because } = await overhear(hostsNetwork, wireWord, () => net.reach(target), who);
    if (because !== '' && who.user === undefined) throw new Error(`Root could not listen: ${because}`);
    return heard;
  };
  const talkerAddress = () => talker.address();
  const guestAddress = () => Promise.resolve(bridged.address(port).host);

  await finding('container-file', {
    measure: seen(inContainersFile(root), true),
    controls: { 'ordinary-user': seen(inContainersFile(ordinary), true) },
  });
  await finding('container-arguments', {
    measure: seen(argumentsListed(container, root), true),
    controls: { guest: seen(argumentsListed(guest, root), true) },
  });
  await finding('container-memory', {
    measure: seen(inMemory(container, root), true),
    controls: { 'ordinary-user': seen(inMemory(container, ordinary), true) },
  });
  await finding('container-wire', {
    measure: seen(onTheWire(talkerAddress, {}), true),
    controls: { 'ordinary-user': seen(onTheWire(talkerAddress, { user: stranger }), true) },
  });

  await finding('guest-file', {
    measure: seen(inGuestsDisk(root), false),
    controls: { 'ordinary-user': seen(inGuestsDisk(ordinary), false) },
  });
  await finding('guest-arguments', {
    measure: seen(argumentsListed(guest, root), false),
    controls: { container: seen(argumentsListed(container, root), false) },
  });
  await finding('guest-memory', {
    measure: seen(inMemory(guest, root), false),
    controls: { 'ordinary-user': seen(inMemory(guest, ordinary), false) },
  });
  await finding('guest-wire', {
    measure: seen(onTheWire(guestAddress, {}), false),
    controls: { 'ordinary-user': seen(onTheWire(guestAddress, { user: stranger }), false) },
  });

  // A guest with two more disks, of which one is encrypted before it reaches the file on the host.
  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const disks = { plain: join(folder, 'plain'), encrypted: join(folder, 'encrypted') };
  const key = ['--object', `secret,id=key,data=${randomBytes(16).toString('hex')}`];
  // A slow hash: QEMU first times so many rounds of it, and gives up where a faster one takes less than the clock can tell.
  const luks = ['-f', 'luks', '-o', 'key-secret=key,iter-time=10,hash-alg=sha512'];
  await writeFile(disks.plain, Buffer.alloc(diskBytes));
  await root.exec(['qemu-img', 'create', '-q', ...key, ...luks, disks.encrypted, String(diskBytes)]);
  await root.exec(['chmod', '0666', ...Object.values(disks)]);
  const diskOf = (name: keyof typeof disks, driver: object) => [
    ...['-blockdev', JSON.stringify({ ...driver, 'node-name': name, file: { driver: 'file', filename: disks[name] } })],
    ...['-device', `virtio-blk-pci,drive=${name},serial=${name}`],
  ];
  const owner = await lab.guest({
    image: 'bare',
    qemuArguments: [
      ...diskOf('plain', { driver: 'raw' }),
      ...[...key, ...diskOf('encrypted', { driver: 'luks', 'key-secret': 'key' })],
    ],
  });
  const onOwnDisk = (name: keyof typeof disks) => async () => {
    const word = lab.token();
    const { stdout } = await owner.exec(['sh', '-c', writeToDisk, 'sh', word, name]);
    if (stdout.trim() !== word) throw new Error(`The guest has not written to its ${name} disk.`);
    return inFile(root, disks[name], word);
  };
  await finding('guest-encrypted-disk', {
    measure: seen(onOwnDisk('encrypted'), false),
    controls: { plain: seen(onOwnDisk('plain'), false) },
  });

  await supporting('arguments-for-anybody', { measure: seen(argumentsListed(container, ordinary), true) });
});

/** Past the guest's own cache, then read back through the disk. */
const writeToDisk = `
for disk in /sys/block/vd*; do [ "$(cat $disk/serial)" != "$2" ] || device=/dev/\${disk##*/}; done
echo "$1" | dd of=$device bs=512 count=1 conv=sync,fsync 2>/dev/null
echo 3 > /proc/sys/vm/drop_caches
head -n 1 $device`;
