import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cachedShare,
  check,
  mib,
  once,
  paired,
  processesOf,
  processorShare,
  releasing,
  signal,
  spin,
  startPinned,
  truth,
  until,
  watch,
  type Container,
  type LabContainerOptions,
} from '#verify';

const windowMs = 300;
const spinners = 12;
/** Far more than a machine's processes come and go by themselves. */
const crowd = 60;
/** Until all of them have been started, at the longest. */
const gatheringMs = 3_000;
/** What the containers do; an effect is one that the host has more than half of. */
const wanted = { lookUps: 250_000, cachedBytes: mib(128), writtenBytes: mib(256), processes: 200 };
/** Small beside it: what the limited container is allowed. */
const limits = { cpus: 0.01, memoryBytes: mib(16), pids: 16 };

export default check(async ({ lab, finding }) => {
  const box = (options: LabContainerOptions): Promise<Container> =>
    lab.container({ image: 'bare', command: ['sleep', '600'], ...options });

  // Both on one processor, so that there is something to share.
  const spinning = (options: LabContainerOptions, count = spinners, each = spin): Promise<Container> => {
    const many = `i=1; while [ $i -lt ${String(count)} ]; do (${each}) & i=$((i+1)); done; ${each}`;
    return box({ ...options, init: false, cpusetCpus: '0', command: ['sh', '-c', many] });
  };
  const victim = await startPinned(lab.host, spin);
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => {
    await lab.host.exec(['kill', '-KILL', String(victim)]);
  });
  const besideAndAlone = (label: string, options: LabContainerOptions) => {
    const made = new AsyncDisposableStack();
    let hog: Container | undefined;
    const share = async (name: 'STOP' | 'CONT') => {
      hog ??= made.use(await spinning(options));
      signal(name, processesOf(hog.pid));
      return processorShare([victim], windowMs);
    };
    return releasing(
      made,
      paired({
        quantity: 'rate',
        unit: '1',
        clock: 'wall',
        atLeast: 6,
        atMost: 6,
        subject: {
          subject: { label: `process of the host beside the ${label}`, emulated: false },
          take: () => share('CONT'),
        },
        baseline: { subject: { label: 'process of the host alone', emulated: false }, take: () => share('STOP') },
      }),
    );
  };
  await finding('processor', {
    measure: besideAndAlone('container', {}),
    controls: { limited: besideAndAlone('limited container', { cpus: limits.cpus }) },
  });
  await stack.disposeAsync();

  /** Processes of the whole host that run or wait for a processor, at the median of many looks. */
  const wantToRun = async () => {
    const counts: number[] = [];
    while (counts.length < 15) {
      counts.push(Number(/^procs_running (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]));
      await watch(20);
    }
    return counts.sort((a, b) => a - b)[7] ?? 0;
  };
  /** Behind whoever starts them, or these would wait for those that are there already. */
  const patiently = `exec sh -c 'renice -n 19 -p $$ >/dev/null; ${spin}'`;
  const runnable = (cpus?: number) =>
    truth(async () => {
      const before = await wantToRun();
      await using hog = await spinning({}, crowd, patiently);
      await until(() => processesOf(hog.pid).length >= crowd, gatheringMs);
      // Now that all are there: with a quota from the beginning they would take it away from whoever starts them.
      if (cpus !== undefined) await hog.docker.update({ NanoCpus: cpus * 1e9 });
      const beside = await wantToRun();
      // With a quota so many would take long to end.
      if (cpus !== undefined) await hog.docker.update({ NanoCpus: 1e9 });
      return {
        value: beside - before < crowd / 2,
        saw: `Of the host's processes ${String(before)} wanted to run, and then ${String(beside)}.`,
      };
    });
  await finding('load', { measure: runnable(), controls: { limited: runnable(limits.cpus) } });

  /** Whether the host has less than half of what the container does to it. */
  const untouched =
    (what: string, ofHost: () => number | Promise<number>, done: number) =>
    async (container: Container, work: readonly string[]) => {
      const before = await ofHost();
      await container.exec(work, { reject: false, timeoutMs: 90_000 });
      const change = (await ofHost()) - before;
      return { value: change < done / 2, saw: `The host's ${what} changed by ${String(Math.round(change))}.` };
    };

  const folder = await lab.scratchDirectory({ mode: 0o777 });
  const caches = (options: LabContainerOptions) =>
    truth(async () => {
      const file = join(folder, lab.token());
      await writeFile(file, Buffer.alloc(wanted.cachedBytes, 'x'));
      // Out of the host's memory before the container reads it.
      await lab.host.exec(['sh', '-c', 'sync "$0" && dd if="$0" iflag=nocache count=0', file]);
      await using container = await box({ ...options, binds: [[file, '/given', 'ro']] });
      const bytes = async () => (await cachedShare(lab.host, file)) * wanted.cachedBytes;
      return await untouched(
        'memory for this file, in bytes,',
        bytes,
        wanted.cachedBytes,
      )(container, ['sh', '-c', 'cat /given | wc -c']);
    });
  await finding('page-cache', {
    measure: caches({}),
    controls: { limited: caches({ memoryBytes: limits.memoryBytes }) },
  });

  // Names that do not exist are remembered by the kernel too, in memory of its own.
  const lookUp = ['sh', '-c', `i=0; while [ $i -lt ${String(wanted.lookUps)} ]; do [ -e "/$0$i" ]; i=$((i+1)); done`];
  // The fifth number counts names that do not exist (kernel documentation, admin-guide/sysctl/fs.rst, dentry-state).
  const entries = () => Number(readFileSync('/proc/sys/fs/dentry-state', 'utf8').split(/\s+/)[4]);
  const slab = () => 1024 * Number(/^Slab:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
  /** Of one entry: struct dentry of a 64-bit kernel (include/linux/dcache.h). */
  const entryBytes = 192;
  /** One container looks them up, and both counts are taken before and after. */
  const lookedUp = (options: LabContainerOptions) =>
    once(async () => {
      await using container = await box(options);
      const [entriesBefore, slabBefore] = [entries(), slab()];
      await container.exec([...lookUp, randomBytes(4).toString('hex')], { reject: false, timeoutMs: 90_000 });
      return { entries: entries() - entriesBefore, bytes: slab() - slabBefore };
    });
  const [free, limited] = [lookedUp({}), lookedUp({ memoryBytes: limits.memoryBytes })];
  const remembered = (looked: typeof free) =>
    truth(async () => {
      const change = (await looked()).entries;
      return { value: change < wanted.lookUps / 2, saw: `The kernel remembers ${String(change)} more names.` };
    });
  const taken = (looked: typeof free) =>
    truth(async () => {
      const change = (await looked()).bytes;
      return {
        value: change < (wanted.lookUps * entryBytes) / 2,
        saw: `The kernel has ${String(change)} bytes more for itself.`,
      };
    });
  await finding('directory-entries', { measure: remembered(free), controls: { limited: remembered(limited) } });
  await finding('kernel-memory', { measure: taken(free), controls: { limited: taken(limited) } });

  const { DockerRootDir: root } = (await lab.engine().docker.info()) as { readonly DockerRootDir: string };
  const used = () => {
    const { blocks, bfree, bsize } = statfsSync(root);
    return (blocks - bfree) * bsize;
  };
  const writes = (options: LabContainerOptions) =>
    truth(async () => {
      await using container = await box(options);
      const write = `dd if=/dev/zero of=/file bs=1048576 count=${String(wanted.writtenBytes / mib(1))} conv=fsync`;
      return await untouched(
        'disk has room taken, in bytes, and',
        used,
        wanted.writtenBytes,
      )(container, ['sh', '-c', write]);
    });
  await finding('disk-space', { measure: writes({}), controls: { limited: writes({ readOnlyRootfs: true }) } });

  const processes = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
  const fills = (options: LabContainerOptions) =>
    truth(async () => {
      await using container = await box(options);
      const start = `i=0; while [ $i -lt ${String(wanted.processes)} ]; do sleep 600 & i=$((i+1)); done >/dev/null 2>&1`;
      return await untouched('number of processes', processes, wanted.processes)(container, ['sh', '-c', start]);
    });
  await finding('process-numbers', { measure: fills({}), controls: { limited: fills({ pidsLimit: limits.pids }) } });
});
