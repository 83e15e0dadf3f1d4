import { amount, check, hostTool, mib, truth, type Subject } from '#verify';

const namespaces = ['mnt', 'pid', 'net', 'ipc', 'uts', 'user', 'cgroup'];
const controllers = ['memory', 'cpu', 'pids', 'blkio'];

const cap = mib(8);
const wanted = mib(16);

const asked = async (subject: Subject, script: string, ...words: readonly string[]): Promise<string> =>
  (await subject.exec(['busybox', 'sh', '-c', script, 'sh', ...words], { timeoutMs: 60_000 })).stdout.trim();

export default check(async ({ lab, finding, supporting, exhibit }) => {
  // Kernel and one program of 2 MB: no engine, no runtime, nothing that was installed for containers.
  const bare = () => lab.restoredGuest({ image: 'bare' });
  const [guest, withoutMemory] = await Promise.all([
    bare(),
    lab.restoredGuest({ image: 'bare', append: 'cgroup_disable=memory' }),
  ]);

  /** Which of the features a kernel names as its own: kinds of namespaces, and controllers that are on (cgroups(7)). */
  const has = async (subject: Subject) => {
    const kinds = (await asked(subject, 'ls /proc/self/ns')).split('\n');
    const table = (await asked(subject, 'cat /proc/cgroups')).split('\n').map((line) => line.split('\t'));
    return [...kinds, ...table.filter((row) => row[3] === '1').map(([name = '']) => name)];
  };
  const built = (subject: Subject, features: readonly string[]) =>
    truth(async () => {
      const there = await has(subject);
      const lacking = features.filter((feature) => !there.includes(feature));
      return {
        value: lacking.length === 0,
        saw: `Lacking, of ${features.join(', ')}: ${lacking.join(', ') || 'none'}.`,
      };
    });
  const features = [...namespaces, ...controllers];
  await finding('built-in', {
    measure: built(guest, features),
    controls: {
      // It was proposed for Linux and never taken.
      'never-built': built(guest, [...features, 'syslog']),
      'switched-off': built(withoutMemory, features),
    },
  });

  const modules = (subject: Subject) => asked(subject, 'cut -d" " -f1 /proc/modules | sort');
  const before = await modules(guest);

  /** A shell that is the first process of its world, alone in it and with no network card but its own loop. */
  const alone = (unshare: string) =>
    truth(async () => {
      const look = 'mount -t proc proc /proc; echo $$; ls -d /proc/[0-9]* | wc -l; ip -o link | wc -l';
      const [pid, processes, links] = (await asked(guest, `${unshare} busybox sh -c '${look}'`))
        .split('\n')
        .map(Number);
      return {
        value: pid === 1 && processes !== undefined && processes <= 3 && links === 1,
        saw: `Its number: ${String(pid)}. Processes that it sees: ${String(processes)}; network interfaces: ${String(links)}.`,
      };
    });
  await finding('namespaces-work', {
    measure: alone('busybox unshare -f -p -m -n -u -i'),
    controls: { 'not-asked': alone('') },
  });

  const held = (limit: number | 'max') =>
    truth(async () => {
      const script = `
        grep -q " /sys/fs/cgroup " /proc/mounts || mount -t cgroup2 none /sys/fs/cgroup
        echo +memory > /sys/fs/cgroup/cgroup.subtree_control
        g=/sys/fs/cgroup/$1; mkdir $g; echo $2 > $g/memory.max
        busybox sh -c 'echo $$ > $0/cgroup.procs; head -c $1 /dev/zero | tail -c $1 | wc -c' $g $3`;
      const took = Number(await asked(guest, script, lab.token(), String(limit), String(wanted)));
      return { value: took < wanted, saw: `A program that wanted ${String(wanted)} bytes passed on ${String(took)}.` };
    });
  await finding('groups-work', { measure: held(cap), controls: { 'not-asked': held('max') } });

  const unchanged = (subject: Subject, was: string) =>
    truth(async () => {
      const now = await modules(subject);
      const count = now.split('\n').filter(Boolean).length;
      return {
        value: now === was,
        saw: `${String(count)} modules are loaded, ${now === was ? 'as' : 'not those that were loaded'} before.`,
      };
    });
  await finding('no-module', {
    measure: unchanged(guest, before),
    controls: {
      'one-unloaded': truth(async () => {
        const other = await bare();
        const was = await modules(other);
        await asked(other, 'rmmod pvpanic_pci');
        const now = await modules(other);
        return { value: now === was, saw: now === was ? 'The lists are the same.' : 'The lists differ.' };
      }),
    },
  });

  const monitor = await hostTool('qemu-system-x86_64', 'qemu-system-x86');
  const size = async (path: string) => Number(await asked(lab.host, 'stat -L -c %s "$1"', path));
  await supporting('monitor', {
    measure: amount(async () => ({ subject: "a machine monitor's program", value: await size(monitor), unit: 'B' })),
  });
  await exhibit({
    id: 'needs',
    title: 'What is needed besides the kernel',
    columns: ['For', 'Program', 'Bytes'],
    rows: [
      ['A container made by hand', 'none but a shell that can call unshare', 0],
      ['A virtual machine', "the monitor's program, its libraries and firmware not counted", await size(monitor)],
    ],
  });
});
