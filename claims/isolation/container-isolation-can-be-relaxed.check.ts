import { atOnce, check, truth, type LabContainerOptions, type Subject } from '#verify';

const port = 8_099;
const probeNames = ['process', 'shared memory', 'loopback port', 'volume', 'new interface'] as const;
type Probe = (typeof probeNames)[number];

export default check(async ({ lab, finding, exhibit }) => {
  const words = { process: lab.token(), memory: lab.token(), port: lab.token(), volume: lab.token() };
  const other = await lab.container({
    image: 'bare',
    ipcMode: 'shareable',
    volumes: [{ name: null, path: '/shared' }],
    command: [
      'sh',
      '-c',
      `echo ${words.memory} > /dev/shm/word; echo ${words.volume} > /shared/word
       mkdir /tmp/www; echo ${words.port} > /tmp/www/index.html; httpd -h /tmp/www -p 127.0.0.1:${String(port)}
       exec sh -c 'while :; do sleep 1; done' ${words.process}`,
    ],
  });
  await lab.reachesWithin(10_000, { from: other, address: '127.0.0.1', port });

  const yes: Readonly<Record<Probe, (subject: Subject) => Promise<boolean>>> = {
    process: says(['ps', '-o', 'args'], words.process),
    'shared memory': says(['cat', '/dev/shm/word'], words.memory),
    'loopback port': says(
      ['sh', '-c', `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 3 127.0.0.1 ${String(port)}`],
      words.port,
    ),
    volume: says(['cat', '/shared/word'], words.volume),
    'new interface': says(['sh', '-c', 'ip link add lab0 type bridge && ip link show lab0'], 'lab0:'),
  };
  const rows: [string, ...boolean[]][] = [];
  const only = (own: Probe, name: string, flag: LabContainerOptions) =>
    truth(async () => {
      await using beside = await lab.container({ image: 'bare', ...flag, command: ['sleep', '600'] });
      const answers = await Promise.all(probeNames.map((probe) => yes[probe](beside)));
      rows.push([name, ...answers]);
      const open = probeNames.filter((_, index) => answers[index]);
      return {
        value: open.length === 1 && open[0] === own,
        saw: open.length === 0 ? 'Every probe says no.' : `These say yes: ${open.join(', ')}.`,
      };
    });

  await finding(
    'pid',
    atOnce({
      measure: only('process', 'process namespace', { pidMode: `container:${other.id}` }),
      controls: { without: only('process', 'none (control)', {}) },
    }),
  );
  await finding(
    'ipc',
    atOnce({
      measure: only('shared memory', 'IPC namespace', { ipcMode: `container:${other.id}` }),
      controls: { without: only('shared memory', 'none (control)', {}) },
    }),
  );
  await finding(
    'network',
    atOnce({
      measure: only('loopback port', 'network namespace', { network: { container: other } }),
      controls: { without: only('loopback port', 'none (control)', {}) },
    }),
  );
  await finding(
    'volumes',
    atOnce({
      measure: only('volume', 'volumes', { hostConfig: { VolumesFrom: [other.id] } }),
      controls: { without: only('volume', 'none (control)', {}) },
    }),
  );
  await finding(
    'capability',
    atOnce({
      measure: only('new interface', 'capability NET_ADMIN', { capAdd: ['NET_ADMIN'] }),
      controls: { without: only('new interface', 'none (control)', {}) },
    }),
  );

  await exhibit({
    id: 'probes',
    title: 'What one flag opens',
    columns: ['Flag', ...probeNames],
    rows,
  });
});

/** Whether the command, run in a subject, prints the word. That it fails is an answer too. */
const says =
  (command: readonly string[], word: string) =>
  async (subject: Subject): Promise<boolean> =>
    (await subject.exec(command, { reject: false })).stdout.includes(word);
