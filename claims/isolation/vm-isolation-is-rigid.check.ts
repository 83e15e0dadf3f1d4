import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { check, firstAnswer, mib, truth, type RunningGuest } from '#verify';

export default check(async ({ lab, finding }) => {
  const shared = await lab.scratchDirectory({ mode: 0o777 });
  const guest = (...qemuArguments: string[]) => lab.guest({ image: 'bare', qemuArguments });

  /** Whether the word stays on its own side. */
  const apart = (passes: () => Promise<boolean>) =>
    truth(async () => {
      const passed = await passes();
      return { value: !passed, saw: passed ? 'The word of this run came through.' : 'The word did not come through.' };
    });

  const folder = join(shared, 'folder');
  const inFolder = lab.token();
  await mkdir(folder);
  await writeFile(join(folder, 'word.txt'), inFolder);
  const memory = join(shared, 'memory');
  const inMemory = lab.token();
  await writeFile(memory, inMemory.padEnd(mib(1), '\0'));
  await lab.host.exec(['chmod', '0666', memory]);
  const [plain, withFolder, withMemory, withSocket, withPort] = await Promise.all([
    lab.restoredGuest({ image: 'bare' }),
    guest(
      ...['-blockdev', `{"driver":"vvfat","dir":"${folder}","node-name":"folder","read-only":true}`],
      ...['-device', 'virtio-blk-pci,drive=folder'],
    ),
    guest(
      ...['-object', `memory-backend-file,id=shared,share=on,mem-path=${memory},size=1M`],
      ...['-device', 'ivshmem-plain,memdev=shared'],
    ),
    guest(
      ...['-chardev', 'socket,id=door,host=127.0.0.1,port=0,server=on,wait=off'],
      ...['-device', 'virtserialport,chardev=door,name=lab.door'],
    ),
    lab.restoredGuest({ image: 'bare', publish: [80] }),
  ]);

  const readsFolder = async (machine: RunningGuest) => (await printed(machine, readDisks)).includes(inFolder);
  await finding('folder', {
    measure: apart(() => readsFolder(withFolder)),
    controls: { without: apart(() => readsFolder(plain)) },
  });

  const readsMemory = async (machine: RunningGuest) =>
    textOf(await printed(machine, readSharedMemory)).includes(inMemory);
  await finding('memory', {
    measure: apart(() => readsMemory(withMemory)),
    controls: { without: apart(() => readsMemory(plain)) },
  });

  const throughSocket = async (machine: RunningGuest): Promise<boolean> => {
    const word = lab.token();
    const port = await socketOf(machine);
    if (port === null) return (await printed(machine, `WORD=${word}; ${writeToSocket}`)).includes('written');
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    await once(socket, 'connect');
    const heard = once(socket, 'data', { signal: AbortSignal.timeout(10_000) });
    await printed(machine, `WORD=${word}; ${writeToSocket}`);
    const [text] = (await heard) as [string];
    socket.destroy();
    return text.includes(word);
  };
  await finding('socket', {
    measure: apart(() => throughSocket(withSocket)),
    controls: { without: apart(() => throughSocket(plain)) },
  });

  const throughPort = async (machine: RunningGuest): Promise<boolean> => {
    const word = lab.token();
    await machine.exec(['sh', '-c', `echo ${word} > /srv/www/word`]);
    try {
      return (await firstAnswer(machine.address(80), { timeoutMs: 10_000, path: '/word' })).includes(word);
    } catch {
      return false;
    }
  };
  await finding('port', {
    measure: apart(() => throughPort(withPort)),
    controls: { without: apart(() => throughPort(plain)) },
  });
});

const printed = async (machine: RunningGuest, script: string): Promise<string> =>
  (await machine.exec(['sh', '-c', script])).stdout;

/** The folder comes as a disk whose first megabytes hold its table of contents and small files. */
const readDisks = 'for disk in /dev/vd*; do [ ! -b "$disk" ] || head -c 4194304 "$disk" | strings; done';

/** Second memory region of an ivshmem device (QEMU, docs/specs/ivshmem-spec.txt: PCI 1af4:1110), 16 bytes of it. */
const readSharedMemory = `
for device in /sys/bus/pci/devices/*; do
  [ "$(cat $device/vendor)$(cat $device/device)" = 0x1af40x1110 ] || continue
  echo 1 >$device/enable
  start=$(sed -n 3p $device/resource | cut -d' ' -f1)
  devmem $start 64
  devmem $((start + 8)) 64
done`;

const writeToSocket = `
for port in /sys/class/virtio-ports/*; do
  [ "$(cat $port/name)" = lab.door ] || continue
  echo $WORD >/dev/\${port##*/} && echo written
done
true`;

/** Words as devmem prints them, in hexadecimal, lowest byte last. */
const textOf = (words: string): string =>
  words
    .split('\n')
    .map((word) => Buffer.from(word.replace(/^0x/, ''), 'hex').reverse().toString('latin1'))
    .join('');

/** TCP port, on this machine, of the character device "door"; null where there is none. */
async function socketOf(machine: RunningGuest): Promise<number | null> {
  const devices = await machine.qmp.execute('query-chardev');
  const port = /tcp:127\.0\.0\.1:(\d+)/.exec(JSON.stringify(devices))?.[1];
  return port === undefined ? null : Number(port);
}
