import {
  amounts,
  check,
  once,
  processesOf,
  schedulingOf,
  until,
  watch,
  type Container,
  type RunningGuest,
  type Subject,
} from '#verify';

const serve = 'exec httpd -f -h /srv/www -p 80';
/** How long an idle system is watched. */
const windowSeconds = 5;
/** The longest that a whole system in a container is waited for. */
const comingUpMs = 20_000;

const asked = async (subject: Subject, script: string): Promise<string> =>
  (await subject.exec(['sh', '-c', script])).stdout.trim();

/** Whether systemd has started all that its target names, well or not. It cannot be asked before it listens. */
const hasComeUp = async (container: Container): Promise<boolean> => {
  const { stdout } = await container.exec(['systemctl', 'is-system-running', '--wait'], {
    reject: false,
    timeoutMs: comingUpMs,
  });
  return ['running', 'degraded'].includes(stdout.trim());
};

/** Processes, threads of the kernel among them; the shell that counts is not. */
const processes = async (subject: Subject): Promise<number> =>
  Number(await asked(subject, 'set -- /proc/[0-9]*; echo $(($# - 1))'));

/** Distinct programs that run, by the kernel's name for them; neither the shell that asks nor its helpers. */
const programs = async (subject: Subject): Promise<number> => {
  const names = await asked(subject, 'for p in /proc/[0-9]*; do [ $p = /proc/$$ ] || cat $p/comm 2>/dev/null; done; :');
  return new Set(names.split('\n')).size;
};

/** Counters of a kernel, each summed over its kinds: interrupts and changes of process (proc(5), /proc/stat). */
type Counter = 'intr' | 'ctxt';

/** Rise in a second of a counter of the guest's kernel. */
const counted = async (guest: RunningGuest): Promise<(name: Counter) => number> => {
  // One command for the whole time, so that asking adds next to nothing to what is asked for.
  const watch = `cat /proc/uptime /proc/stat; sleep ${String(windowSeconds)}; cat /proc/uptime /proc/stat`;
  const printed = await asked(guest, watch);
  const [from = NaN, to = NaN] = [...printed.matchAll(/^(\d+\.\d+) \d+\.\d+$/gm)].map(([, n]) => Number(n));
  return (name) => {
    const found = [...printed.matchAll(new RegExp(`^${name} (\\d+)`, 'gm'))];
    const [before = NaN, after = NaN] = found.map(([, n]) => Number(n));
    return (after - before) / (to - from);
  };
};

/** How often a second the host puts a process of the container on a processor. */
const timeslices = async (container: Container): Promise<number> => {
  const count = (): number => schedulingOf(() => processesOf(container.pid)).timeslices;
  const [before, startedAt] = [count(), performance.now()];
  await watch(windowSeconds * 1000);
  return (count() - before) / ((performance.now() - startedAt) / 1000);
};

export default check(async ({ lab, finding, supporting }) => {
  const [container, guest, twin] = await Promise.all([
    lab.container({ image: 'bare', init: false, command: ['sh', '-c', serve] }),
    lab.restoredGuest({ image: 'bare' }),
    lab.restoredGuest({ image: 'bare' }),
  ]);

  type Of<S extends Subject> = (subject: S) => Promise<number>;
  const compared = (ofGuest: Of<RunningGuest>, beside: { readonly label: string }, other: () => Promise<number>) =>
    amounts(async () => ({
      ...(await both(ofGuest(guest), other(), beside.label)),
      unit: '1',
    }));
  // At the same time, so that whatever else the machine does falls on both.
  const both = async (ofGuest: Promise<number>, other: Promise<number>, label: string) => {
    const [subject, baseline] = await Promise.all([ofGuest, other]);
    return { subject: { label: guest.label, value: subject }, baseline: { label, value: baseline } };
  };
  const settle = (ofGuest: Of<RunningGuest>, ofContainer: Of<Container>) => ({
    measure: compared(ofGuest, container, () => ofContainer(container)),
    controls: { twin: compared(ofGuest, { label: 'second guest' }, () => ofGuest(twin)) },
  });

  await finding('processes', settle(processes, processes));
  await finding('programs', settle(programs, programs));

  // All at the same time, so that whatever else the machine does falls on each of them.
  const idleness = once(() => Promise.all([counted(guest), counted(twin), timeslices(container)]));
  // What a container does at idle is what the host's scheduler does for it. At least one, so that there is a ratio.
  const inASecond = (name: Counter, beside: 'container' | 'twin') =>
    amounts(async () => {
      const [ofGuest, ofTwin, ofContainer] = await idleness();
      const baseline =
        beside === 'twin'
          ? { label: 'second guest', value: Math.max(1, ofTwin(name)) }
          : { label: container.label, value: Math.max(1, ofContainer) };
      return { subject: { label: guest.label, value: Math.max(1, ofGuest(name)) }, baseline, unit: '1' };
    });
  await finding('switches', { measure: inASecond('ctxt', 'container'), controls: { twin: inASecond('ctxt', 'twin') } });
  await supporting('interrupts', { measure: inASecond('intr', 'container') });

  await supporting('against-an-init', {
    measure: amounts(async () => {
      const system = await lab.container({
        image: 'full',
        init: false,
        label: 'container, systemd',
        command: ['/lib/systemd/systemd'],
        tmpfs: { '/run': 'mode=755', '/run/lock': '', '/tmp': 'mode=1777' },
        binds: [['/sys/fs/cgroup', '/sys/fs/cgroup', 'rw']],
        cgroupnsMode: 'host',
        env: { container: 'docker' },
      });
      await until(() => hasComeUp(system), comingUpMs);
      return {
        subject: { label: guest.label, value: await processes(guest) },
        baseline: { label: system.label, value: await processes(system) },
        unit: '1',
      };
    }),
  });
});
