import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  check,
  containerdBeside,
  crunRuntime,
  loadImage,
  saveImage,
  stopwatch,
  truth,
  values,
  type Container,
} from '#verify';

const requests = 100;

/** A service that keeps a secret and counts its requests, both in a volume, and a session in memory alone. */
const serve = `#!/bin/sh
cat /proc/sys/kernel/random/uuid > /dev/shm/session
exec busybox nc -ll -p 80 -e /answer
`;
const answer = `#!/bin/sh
[ -e /data/secret ] || cat /proc/sys/kernel/random/uuid > /data/secret
count=$(cat /data/count 2>/dev/null || echo 0)
echo $((count + 1)) > /data/count
echo "$(cat /data/secret) $(cat /data/count) $(cat /dev/shm/session 2>/dev/null)"
`;
const ask = (times: number) =>
  `for i in $(seq ${String(times)}); do busybox nc 127.0.0.1 80 </dev/null; done | tail -n 1`;

interface Answer {
  readonly secret: string;
  readonly count: number;
  readonly session: string;
}

function read(text: string): Answer {
  const [secret = '', count = '', session = ''] = text.trim().split(' ');
  if (!/^\d+$/.test(count)) throw new Error(`The service should answer with a secret and a count, and says: ${text}`);
  return { secret, count: Number(count), session };
}
/** What must be the same after the move: the count without the request that asks for it. */
const stateOf = ({ secret, count }: Answer, since: number): string => `${secret}, ${String(count - since)} requests`;

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const folder = await lab.scratchDirectory();
  const source = await lab.privateEngine();
  const destination = await lab.privateEngine({
    storageDriver: 'vfs',
    extra: [`--add-runtime=crun=${await crunRuntime(folder)}`, '--default-runtime=crun'],
  });
  const containerd = await containerdBeside(destination.daemon);

  const files = { '/serve': serve, '/answer': answer, '/outside': lab.token() };
  const image = await source.builtImage({ name: 'counting', from: 'bare', files, instructions: ['RUN mkdir /data'] });
  const options = { network: 'none', command: ['/serve'], volumes: [{ name: null, path: '/data' }] } as const;
  const asked = async (box: Container, times: number): Promise<Answer> => {
    // A listener on port 80 (hexadecimal 50), which an attempt to connect would count as a request.
    const listens = "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q ':0050 0*:0000 0A'";
    const script = `until ${listens}; do usleep 20000; done; ${ask(times)}`;
    return read((await box.exec(['sh', '-c', script])).stdout);
  };

  const rows: (string | number | null)[][] = [];
  const step = async <T>(what: string, work: () => Promise<T>, moved?: string): Promise<T> => {
    const watch = stopwatch();
    const result = await work();
    const bytes = moved === undefined ? null : (await stat(moved)).size;
    rows.push([what, Math.round(watch.seconds() * 1000) / 1000, bytes]);
    return result;
  };
  const [imageTar, volumeTar] = [join(folder, 'image.tar'), join(folder, 'volume.tar')];

  const box = await source.container({ ...options, image });
  await asked(box, requests - 1);
  const before = await asked(box, 1);
  const again = await asked(box, 1);
  const outage = stopwatch();
  const stopped = await step('stop it where it is', () => box.stop({ timeoutSeconds: 0 }));
  await step('save the image', () => saveImage(source.engine(), image, imageTar), imageTar);
  await step(
    'save the volume',
    async () => pipeline(await stopped.docker.getArchive({ path: '/data/.' }), createWriteStream(volumeTar)),
    volumeTar,
  );
  const loaded = await step('load the image', () => loadImage(destination.engine(), imageTar, image.reference));
  const started = async (volume: string | null): Promise<Answer> => {
    const created = await destination.createdContainer({ ...options, image: loaded });
    if (volume === null) {
      await using forgetful = await created.start();
      return await asked(forgetful, 1);
    }
    await step('load the volume', () => created.docker.putArchive(createReadStream(volume), { path: '/data' }));
    await using moved = await step('start it', () => created.start());
    return await step('get an answer', () => asked(moved, 1));
  };
  const after = await started(volumeTar);
  rows.push(['from the stop to the first answer', Math.round(outage.seconds() * 1000) / 1000, null]);
  const without = await started(null);

  // The engine without Docker is given the same two archives; a folder of the host takes the volume's place.
  await containerd.load(imageTar);
  const onContainerd = async (volume: string | null): Promise<Answer> => {
    const data = join(folder, volume === null ? 'empty' : 'data');
    await mkdir(data);
    if (volume !== null) await lab.host.exec(['tar', '-xf', volume, '-C', data]);
    const { stdout, stderr } = await containerd.run(`docker.io/${image.reference}`, ['/answer'], [[data, '/data']]);
    return read(stdout || stderr);
  };
  const [afterThere, withoutThere] = [await onContainerd(volumeTar), await onContainerd(null)];

  const compared = (label: string, there: Answer) =>
    values(() => [
      { label: 'before', value: stateOf(again, 0) },
      { label, value: stateOf(there, 1) },
    ]);
  await finding('other-engine', {
    measure: compared('Docker, crun, copied layers', after),
    controls: { 'without-volume': compared('Docker, crun, copied layers', without) },
  });
  await finding('no-docker', {
    measure: compared('containerd, crun', afterThere),
    controls: { 'without-volume': compared('containerd, crun', withoutThere) },
  });

  const session = (later: Answer) =>
    truth(() => {
      const value = later.session === before.session;
      return { value, saw: `The session kept in memory is ${value ? 'the one of before' : 'another one'}.` };
    });
  await supporting('memory-moves', { measure: session(after), controls: { 'not-moved': session(again) } });

  const committed = await source.committed({ id: box.id });
  const carried = (path: string) =>
    truth(async () => {
      const { exitCode } = await source.complete({ image: committed, network: 'none', command: ['test', '-s', path] });
      return {
        value: exitCode === 0,
        saw: `${path} is ${exitCode === 0 ? '' : 'not '}in an image made of the container.`,
      };
    });
  await supporting('image-carries-volume', {
    measure: carried('/data/secret'),
    controls: { 'outside-the-volume': carried('/outside') },
  });

  await exhibit({ id: 'move', title: 'The move, step by step', columns: ['Step', 'Seconds', 'Bytes moved'], rows });
});
