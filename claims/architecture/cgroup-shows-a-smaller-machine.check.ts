import { check, mib, truth, type Subject } from '#verify';

/** Slack for "is its share": rounding, and what a kernel keeps for itself. */
const within = (seen: number, share: number): boolean => seen <= share * 1.05;

const first = async (subject: Subject, command: readonly string[]): Promise<string> =>
  (await subject.exec(command)).stdout.trim();

const share = { memoryBytes: mib(64), cpus: 0.5 };

export default check(async ({ lab, finding, supporting }) => {
  const limited = await lab.container({ ...share, label: 'container, limited', command: ['sleep', '600'] });

  await finding('memory', {
    measure: truth(async () => {
      const total = 1024 * Number(/^MemTotal:\s+(\d+) kB/m.exec(await first(limited, ['cat', '/proc/meminfo']))?.[1]);
      const pages =
        Number(await first(limited, ['getconf', '_PHYS_PAGES'])) *
        Number(await first(limited, ['getconf', 'PAGESIZE']));
      return {
        value: within(total, share.memoryBytes) && within(pages, share.memoryBytes),
        saw: `Limit ${bytes(share.memoryBytes)}; /proc/meminfo says ${bytes(total)}, sysconf ${bytes(pages)}.`,
      };
    }),
    controls: {
      'limit-file': truth(async () => {
        // The first path is cgroup v2's, the second v1's (cgroups(7)).
        const files = '/sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes';
        const limit = Number(
          await first(limited, ['sh', '-c', `for f in ${files}; do [ -e $f ] && cat $f && break; done`]),
        );
        return {
          value: within(limit, share.memoryBytes),
          saw: `Limit ${bytes(share.memoryBytes)}; the controller's file says ${bytes(limit)}.`,
        };
      }),
    },
  });

  const processors = async (subject: Subject) => {
    const [counted, listed] = [
      Number(await first(subject, ['nproc'])),
      Number(await first(subject, ['grep', '-c', '^processor', '/proc/cpuinfo'])),
    ];
    return { counted, listed };
  };
  await finding('processors', {
    measure: truth(async () => {
      const { counted, listed } = await processors(limited);
      return {
        value: counted === 1 && listed === 1,
        saw: `Quota ${String(share.cpus)} processors; nproc says ${String(counted)}, /proc/cpuinfo lists ${String(listed)}.`,
      };
    }),
    controls: {
      cpuset: truth(async () => {
        const pinned = await lab.container({ cpusetCpus: '0', command: ['sleep', '600'] });
        const { counted, listed } = await processors(pinned);
        return {
          value: counted === 1,
          saw: `Held to processor 0; nproc says ${String(counted)}, /proc/cpuinfo lists ${String(listed)}.`,
        };
      }),
    },
  });

  const sizeBytes = async (subject: Subject, path: string): Promise<number> => {
    const [blocks = NaN, blockBytes = NaN] = (await first(subject, ['stat', '-f', '-c', '%b %S', path]))
      .split(' ')
      .map(Number);
    return blocks * blockBytes;
  };
  const scratch = await lab.scratchDirectory();
  const hostBytes = await sizeBytes(lab.host, scratch);
  const isShare = async (subject: Subject, path: string) => {
    const seen = await sizeBytes(subject, path);
    return {
      value: seen < 0.95 * hostBytes,
      saw: `The host's file system has ${bytes(hostBytes)}; statfs says ${bytes(seen)}.`,
    };
  };
  await finding('storage', {
    measure: truth(async () => {
      const throttled = await lab.container({
        deviceLimits: { path: scratch, writeBytesPerSecond: mib(5), readBytesPerSecond: mib(5) },
        binds: [[scratch, '/data']],
        command: ['sleep', '600'],
      });
      return await isShare(throttled, '/data');
    }),
    controls: {
      'small-file-system': truth(async () => {
        const small = await lab.container({ tmpfs: { '/data': 'size=16m' }, command: ['sleep', '600'] });
        return await isShare(small, '/data');
      }),
    },
  });

  await supporting('network', {
    measure: truth(async () => {
      const shaped = await lab.container({ label: 'container, shaped', command: ['sleep', '600'] });
      const mbitsPerSecond = 10;
      await lab.shape(shaped, { bitsPerSecond: mbitsPerSecond * 1e6 });
      const seen = Number(await first(shaped, ['cat', '/sys/class/net/eth0/speed']));
      return {
        value: seen > 0 && within(seen, mbitsPerSecond),
        saw: `Shaped to ${String(mbitsPerSecond)} Mbit/s; the interface says ${String(seen)} Mbit/s.`,
      };
    }),
  });

  await supporting('aware-runtime', {
    measure: truth(async () => {
      const runtime = await lab.container({
        ...share,
        image: 'full',
        binds: [[process.execPath, '/usr/local/bin/node', 'ro']],
        command: ['sleep', '600'],
      });
      const script = 'console.log(require("os").availableParallelism(), process.constrainedMemory())';
      const [cpus = NaN, memory = NaN] = (await first(runtime, ['node', '-e', script])).split(' ').map(Number);
      return {
        value: cpus === 1 && within(memory, share.memoryBytes),
        saw: `Node.js ${process.version} says ${String(cpus)} processors and ${bytes(memory)}.`,
      };
    }),
  });
});

const bytes = (count: number): string => `${String(Math.round(count / mib(1)))} MiB`;
