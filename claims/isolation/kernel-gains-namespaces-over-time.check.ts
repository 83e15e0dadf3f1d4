import { check, truth, type Subject } from '#verify';

/** Kinds that Linux 3.13 (January 2014) lists under /proc/self/ns: its fs/proc/namespaces.c. */
const kindsOf2014 = ['ipc', 'mnt', 'net', 'pid', 'user', 'uts'];
const aheadSeconds = 86_400;

export default check(async ({ lab, finding }) => {
  const kinds = async (): Promise<readonly string[]> =>
    (await lab.host.exec(['ls', '/proc/self/ns'])).stdout.split(/\s+/);
  const newAndWorks = (
    kind: string,
    listed: () => Promise<readonly string[]>,
    isolates: () => Promise<{ value: boolean; saw: string }>,
  ) =>
    truth(async () => {
      if (!(await listed()).includes(kind) || kindsOf2014.includes(kind)) {
        return { value: false, saw: `The list has no newer kind "${kind}".` };
      }
      return await isolates();
    });
  const in2014 = () => Promise.resolve(kindsOf2014);

  const atItsRoot = (mode: 'private' | 'host') => async () => {
    await using container = await lab.container({ image: 'bare', cgroupnsMode: mode, command: ['sleep', '600'] });
    // One line for each tree, "number:controllers:path" (cgroups(7)).
    const lines = (await container.exec(['cat', '/proc/1/cgroup'])).stdout.trim().split('\n');
    const atRoot = lines.filter((line) => line.endsWith(':/')).length;
    return {
      value: lines.length > 0 && atRoot === lines.length,
      saw: `It sees itself at the root in ${String(atRoot)} of ${String(lines.length)} trees.`,
    };
  };
  await finding('cgroup-namespace', {
    measure: newAndWorks('cgroup', kinds, atItsRoot('private')),
    controls: {
      without: newAndWorks('cgroup', kinds, atItsRoot('host')),
      'in-2014': newAndWorks('cgroup', in2014, atItsRoot('private')),
    },
  });

  const laterClock = (options: readonly string[]) => async () => {
    const here = await uptime(lab.host, []);
    const there = await uptime(lab.host, ['unshare', ...options, '--']);
    return {
      value: there - here > aheadSeconds / 2,
      saw: `Its clock since boot is ${there - here > aheadSeconds / 2 ? 'about a day ahead' : 'as everyone has it'}.`,
    };
  };
  const timeNamespace = ['--time', '--boottime', String(aheadSeconds)];
  await finding('time-namespace', {
    measure: newAndWorks('time', kinds, laterClock(timeNamespace)),
    controls: {
      without: newAndWorks('time', kinds, laterClock(['--mount'])),
      'in-2014': newAndWorks('time', in2014, laterClock(timeNamespace)),
    },
  });
});

/** Seconds since boot as a process that the prefix starts sees them. */
const uptime = async (host: Subject, prefix: readonly string[]): Promise<number> =>
  Number((await host.exec([...prefix, 'cat', '/proc/uptime'])).stdout.split(' ')[0]);
