import { check, truth, values, type Container, type LabContainerOptions, type Subject } from '#verify';

type Source = Pick<Subject, 'exec'>;

const lines = async (subject: Source, script: string): Promise<readonly string[]> =>
  (await subject.exec(['sh', '-c', script])).stdout.split('\n').filter(Boolean);

export default check(async ({ lab, finding, supporting }) => {
  const idle = { command: ['sleep', '600'] } as const;
  const container = await lab.container(idle);
  const sharing = (label: string, options: LabContainerOptions) =>
    lab.container({ ...idle, ...options, label: `container, ${label}` });
  // The engine's network may be one of its own, which then plays the host's.
  const hostNetwork: Source = { exec: (...words) => lab.engine().hostNetworkExec(...words) };

  /**
   * Something of the host's is put where the host certainly sees it, and looked for from inside. A strict subset sees
   * what is its own, and that not; `own` proves that the question is answered at all.
   */
  const subset = (
    box: Container,
    question: { readonly own: () => Promise<boolean>; readonly outside: () => Promise<boolean> },
  ) =>
    truth(async () => {
      const [own, outside] = [await question.own(), await question.outside()];
      return {
        value: own && !outside,
        saw: `The ${box.label} ${own ? 'sees' : 'does not see'} its own, and ${outside ? 'sees' : 'does not see'} the host's.`,
      };
    });

  // Processes: this check is one of the host's. Its number could be another's inside, so its start is compared too.
  const started = "sed 's/.*) //' /proc/$p/stat 2>/dev/null | cut -d' ' -f20";
  const processes = (box: Container) =>
    subset(box, {
      own: async () => (await lines(box, 'cat /proc/[0-9]*/comm 2>/dev/null || :')).includes('sleep'),
      outside: async () => {
        const [outside] = await lines(lab.host, `p=${String(process.pid)}; ${started}`);
        return (await lines(box, `for d in /proc/[0-9]*; do p=\${d#/proc/}; ${started}; done`)).includes(
          outside ?? 'none',
        );
      },
    });
  await finding('processes', {
    measure: processes(container),
    controls: { shared: processes(await sharing('--pid host', { pidMode: 'host' })) },
  });

  const folder = await lab.scratchDirectory();
  const file = `secret-${lab.token()}`;
  await lab.host.exec(['touch', `${folder}/${file}`]);
  const files = (box: Container) =>
    subset(box, {
      own: async () => (await lines(box, 'find / -xdev -name fio -type f')).length > 0,
      outside: async () => {
        // Put together inside, so that the search itself is no place in which the name is found.
        const script = `find / -name "$(printf %s%s ${file.slice(0, 12)} ${file.slice(12)})" -not -path '/proc/*' 2>/dev/null || :`;
        return (await lines(box, script)).length > 0;
      },
    });
  await finding('files', {
    measure: files(container),
    controls: { mounted: files(await sharing('folder mounted', { binds: [[folder, '/outside', 'ro']] })) },
  });

  const interfaces = async (subject: Source) => lines(subject, 'ip -o link | cut -d: -f2 | tr -d " "');
  const network = (box: Container) =>
    subset(box, {
      own: async () => (await interfaces(box)).includes('lo'),
      outside: async () => {
        const [index = ''] = await lines(container, 'cat /sys/class/net/eth0/iflink');
        // The host's end of a container's cable: certain to be there, and to be the host's.
        const device = (await lines(hostNetwork, 'ip -o link')).find((line) => line.startsWith(`${index}: `));
        const name = /^\d+: ([^:]+)/.exec(device ?? '')?.[1]?.trim() ?? 'none';
        return (await interfaces(box)).includes(name);
      },
    });
  await finding('interfaces', {
    measure: network(container),
    controls: { shared: network(await sharing('--network host', { network: 'host' })) },
  });

  const mounts = (box: Container) =>
    subset(box, {
      own: async () => (await lines(box, 'cut -d" " -f2 /proc/self/mounts')).includes('/proc'),
      outside: async () => {
        const [host, inside] = [
          await lines(lab.host, 'cut -d" " -f5 /proc/self/mountinfo'),
          await lines(box, 'cat /proc/self/mountinfo'),
        ];
        // The end of the folder's path is in the list wherever it is mounted (proc(5), mountinfo, field 4).
        const shown = inside.some((line) => line.includes(folder.split('/').slice(-2).join('/')));
        return shown || host.every((path) => inside.some((line) => line.split(' ')[4] === path));
      },
    });
  await finding('mounts', {
    measure: mounts(container),
    controls: { mounted: mounts(await sharing('folder mounted', { binds: [[folder, '/outside', 'ro']] })) },
  });

  const name = `n${lab.token()}`;
  const hostName = (box: Container) =>
    values(async () => {
      const [outside = ''] = await lines(lab.host, 'cat /proc/sys/kernel/hostname');
      const [inside = ''] = await lines(box, 'cat /proc/sys/kernel/hostname');
      // A machine's name is its owner's business.
      return [
        { label: 'host', value: "the host's name" },
        { label: box.label, value: inside === outside ? "the host's name" : 'a name of its own' },
      ];
    });
  await finding('host-name', {
    measure: hostName(await sharing('named', { hostname: name })),
    controls: { shared: hostName(await sharing('--uts host', { utsMode: 'host' })) },
  });

  /** A segment of shared memory that the host makes for the time of the question (ipcmk(1)). */
  const segments = (box: Container) =>
    truth(async () => {
      const made = (await lab.host.exec(['ipcmk', '-M', '4096'])).stdout;
      const id = /: (\d+)/.exec(made)?.[1] ?? 'none';
      try {
        // Identifiers start at 0 in every namespace: the kernel's key, random, tells one from another.
        const keyOf = (rows: readonly string[]) =>
          rows.map((row) => row.trim().split(/\s+/)).find((row) => row[1] === id)?.[0];
        const key = keyOf(await lines(lab.host, 'cat /proc/sysvipc/shm'));
        const inside = (await lines(box, 'cat /proc/sysvipc/shm')).map((row) => row.trim().split(/\s+/)[0]);
        if (key === undefined) return { value: null, saw: 'The host did not make the segment.' };
        const seen = inside.includes(key);
        return { value: !seen, saw: `The ${box.label} ${seen ? 'sees' : 'does not see'} the segment.` };
      } finally {
        await lab.host.exec(['ipcrm', '-m', id]);
      }
    });
  await finding('shared-memory', {
    measure: segments(container),
    controls: { shared: segments(await sharing('--ipc host', { ipcMode: 'host' })) },
  });

  /** What the kernel says of the whole machine is the same inside: knowledge of what lies outside. */
  const unknown = (of: string, box: Container) =>
    truth(async () => {
      const [outside, inside] = [await lines(lab.host, of), await lines(box, of)];
      const same = outside.join('\n') === inside.join('\n');
      return {
        value: !same,
        saw: `Asked for the same, host and ${box.label} ${same ? 'get one answer' : 'get two answers'}.`,
      };
    });
  const isolated = await sharing('named', { hostname: name });
  const outsideControl = () => unknown('cat /proc/sys/kernel/hostname', isolated);
  await finding('knows-memory-total', {
    measure: unknown('grep MemTotal /proc/meminfo', container),
    controls: { 'host-name': outsideControl() },
  });
  await finding('knows-kernel', {
    measure: unknown('cat /proc/version', container),
    controls: { 'host-name': outsideControl() },
  });
  await supporting('users', {
    measure: truth(async () => {
      const [map = ''] = await lines(container, 'cat /proc/self/uid_map');
      const all = Number(map.trim().split(/\s+/)[2]) > 4_000_000_000;
      return { value: !all, saw: `The map of user ids reads ${map.trim().replaceAll(/\s+/g, ' ')}.` };
    }),
  });
});
