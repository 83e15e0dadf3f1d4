import { check, mib, values, type Container, type LabContainerOptions } from '#verify';

const asked = { memoryBytes: mib(72), cpus: 0.5, pidsLimit: 37 };

export default check(async ({ lab, finding, exhibit }) => {
  const idle = { image: 'bare', command: ['sleep', '600'] } as const;
  // On kernels with the first version of control groups, engines leave their namespace out unless asked.
  const limited = await lab.container({ ...idle, ...asked, cgroupnsMode: 'private' });
  const unlimited = await lab.container({ ...idle, pidsLimit: 0, label: 'container, no limits' });
  const rows: string[][] = [];

  const hostNamespace = async (kind: string): Promise<string> => {
    const command = ['readlink', `/proc/self/ns/${kind}`];
    // The engine's network may be one of its own, which then plays the host's.
    const { stdout } = kind === 'net' ? await lab.engine().hostNetworkExec(command) : await lab.host.exec(command);
    return stdout.trim();
  };
  const namespaceOf = async (pid: number, kind: string): Promise<string> =>
    (await lab.host.exec(['readlink', `/proc/${String(pid)}/ns/${kind}`])).stdout.trim();

  const compared = (kind: string, subject: () => Promise<{ readonly pid: number; readonly label: string }>) =>
    values(async () => {
      const { pid, label } = await subject();
      const [host, own] = [await hostNamespace(kind), await namespaceOf(pid, kind)];
      rows.push([kind, label, host === own ? 'shared' : 'its own']);
      return [
        { label: 'host', value: host },
        { label, value: own },
      ];
    });
  const container = () => Promise.resolve(limited);
  const sharing = (label: string, options: LabContainerOptions) => () =>
    lab.container({ ...idle, ...options, label: `container, ${label}` });

  const ordinary = () => Promise.resolve({ pid: process.pid, label: 'ordinary process of the host' });
  await finding('mount', { measure: compared('mnt', container), controls: { ordinary: compared('mnt', ordinary) } });
  await finding('processes', {
    measure: compared('pid', container),
    controls: { shared: compared('pid', sharing('--pid host', { pidMode: 'host' })) },
  });
  await finding('network', {
    measure: compared('net', container),
    controls: { shared: compared('net', sharing('--network host', { network: 'host' })) },
  });
  await finding('ipc', {
    measure: compared('ipc', container),
    controls: { shared: compared('ipc', sharing('--ipc host', { ipcMode: 'host' })) },
  });
  await finding('host-name', {
    measure: compared('uts', container),
    controls: { shared: compared('uts', sharing('--uts host', { utsMode: 'host' })) },
  });
  await finding('control-groups', {
    measure: compared('cgroup', container),
    controls: { shared: compared('cgroup', sharing('--cgroupns host', { cgroupnsMode: 'host' })) },
  });

  /** The group that accounts for memory, as the host sees it. Only whether two are the same goes into the record. */
  const groupOf = async (pid: number | 'self'): Promise<string> => {
    const { stdout } = await lab.host.exec(['cat', `/proc/${String(pid)}/cgroup`]);
    return /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(stdout)?.[1] ?? /^0::(.*)$/m.exec(stdout)?.[1] ?? 'none';
  };
  const grouped = (pid: number | 'self', label: string) =>
    values(async () => {
      const same = (await groupOf('self')) === (await groupOf(pid));
      return [
        { label: 'ordinary process of the host', value: "the host's group" },
        { label, value: same ? "the host's group" : 'a group of its own' },
      ];
    });
  await finding('own-group', {
    measure: grouped(limited.pid, limited.label),
    controls: { ordinary: grouped('self', 'ordinary process of the host') },
  });

  const file = async (box: Container, ...candidates: readonly string[]): Promise<string> => {
    const script = 'for f in "$@"; do [ -e "/sys/fs/cgroup/$f" ] && cat "/sys/fs/cgroup/$f" && exit; done; exit 1';
    return (await box.exec(['sh', '-c', script, 'sh', ...candidates])).stdout.trim();
  };
  /** The quota in processors: "quota period" in one file, or one number in each of two (cgroups(7)). */
  const processors = async (box: Container): Promise<number> => {
    const [quota, period] = (await file(box, 'cpu.max', 'cpu/cpu.cfs_quota_us')).split(' ');
    return Number(quota) / Number(period ?? (await file(box, 'cpu/cpu.cfs_period_us')));
  };
  const limit = (request: number, read: (box: Container) => Promise<number>, box: Container) =>
    values(async () => {
      const found = await read(box);
      return [
        { label: 'asked for', value: request },
        { label: box.label, value: Number.isFinite(found) && found > 0 ? found : 'none' },
      ];
    });
  const memory = async (box: Container) => Number(await file(box, 'memory.max', 'memory/memory.limit_in_bytes'));
  const pids = async (box: Container) => Number(await file(box, 'pids.max', 'pids/pids.max'));
  await finding('memory-limit', {
    measure: limit(asked.memoryBytes, memory, limited),
    controls: { 'not-asked': limit(asked.memoryBytes, memory, unlimited) },
  });
  await finding('processor-limit', {
    measure: limit(asked.cpus, processors, limited),
    controls: { 'not-asked': limit(asked.cpus, processors, unlimited) },
  });
  await finding('process-limit', {
    measure: limit(asked.pidsLimit, pids, limited),
    controls: { 'not-asked': limit(asked.pidsLimit, pids, unlimited) },
  });

  await exhibit({
    id: 'namespaces',
    title: 'Whose namespace',
    columns: ['Namespace', 'Process', "Against the host's"],
    rows,
  });
});
