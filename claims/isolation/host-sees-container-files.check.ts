import { check, truth, type Subject } from '#verify';

/** A file as it was written inside. */
interface Written {
  readonly name: string;
  readonly content: string;
}

export default check(async ({ lab, finding, supporting }) => {
  const serving = async () => {
    const server = await lab.container({
      image: 'full',
      tmpfs: { '/memory': '' },
      command: ['nginx', '-g', 'daemon off;'],
    });
    await lab.reachesWithin(20_000, { from: 'host', address: await server.address(), port: 80 });
    return server;
  };
  const [server, guest] = await Promise.all([serving(), lab.restoredGuest()]);

  const write = async (subject: Subject, folder: string): Promise<Written> => {
    const written = { name: `${lab.token()}.txt`, content: lab.token() };
    await subject.exec(['sh', '-c', `echo ${written.content} >> ${folder}/${written.name}`]);
    return written;
  };
  /** All three names in one search, for a walk over all disks is long. */
  const files = {
    layer: await write(server, '/root'),
    tmpfs: await write(server, '/memory'),
    guest: await write(guest, '/srv/www'),
  };
  const found = await search(
    lab.host,
    Object.values(files).map(({ name }) => name),
  );

  const byName = ({ name }: Written) =>
    truth(() => {
      const places = found.filter((path) => path.endsWith(`/${name}`)).length;
      return Promise.resolve({ value: places > 0, saw: `The search found the name in ${String(places)} places.` });
    });
  await finding('found-by-name', {
    measure: byName(files.layer),
    controls: { tmpfs: byName(files.tmpfs), guest: byName(files.guest) },
  });

  const content = ({ name, content: wanted }: Written) =>
    truth(async () => {
      const path = found.find((candidate) => candidate.endsWith(`/${name}`));
      if (path === undefined) return { value: false, saw: 'There is nothing to read.' };
      const { stdout } = await lab.host.exec(['cat', path]);
      return {
        value: stdout.trim() === wanted,
        saw: stdout.trim() === wanted ? 'The words are the same.' : 'The words differ.',
      };
    });
  await finding('same-content', {
    measure: content(files.layer),
    controls: { tmpfs: content(files.tmpfs), guest: content(files.guest) },
  });

  const throughProc = (name: string) =>
    truth(async () => {
      const { stdout } = await lab.host.exec(['find', `/proc/${String(server.pid)}/root/memory/`, '-name', name]);
      return { value: stdout.includes(name), saw: stdout.includes(name) ? 'It was found.' : 'It was not found.' };
    });
  await supporting('tmpfs-through-proc', {
    measure: throughProc(files.tmpfs.name),
    controls: { 'other-name': throughProc(lab.token()) },
  });
});

async function search(host: Subject, names: readonly string[]): Promise<string[]> {
  const wanted = names.flatMap((name) => ['-o', '-name', name]).slice(1);
  // Only a directory's file system is asked for: asking for each file's costs many times as much as its name does.
  const ofKernel = ['(', '-fstype', 'proc', '-o', '-fstype', 'sysfs', '-o', '-fstype', 'tmpfs', ')'];
  const kernelOnly = ['-type', 'd', ...ofKernel, '-prune'];
  const { stdout } = await host.exec(['find', '/', ...kernelOnly, '-o', '(', ...wanted, ')', '-print'], {
    // Files come and go while it walks, of which it complains.
    reject: false,
    timeoutMs: 120_000,
  });
  return stdout.split('\n').filter((path) => path !== '');
}
