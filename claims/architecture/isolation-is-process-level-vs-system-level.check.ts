import { check, truth, until, values, type Subject } from '#verify';

/** Nine random digits: for how many seconds a process is told to sleep, and by which it can be told from all others. */
const markFrom = (token: string): string => String(100_000_000n + (BigInt(`0x${token}`) % 900_000_000n));

const start = async (subject: Subject, mark: string): Promise<void> => {
  await subject.exec(['sh', '-c', 'sleep "$0" </dev/null >/dev/null 2>&1 &', mark]);
};

/** Process numbers, as the subject itself has them, of those that have the mark among their arguments. */
const find = async (subject: Subject, mark: string): Promise<readonly number[]> => {
  // The mark is put together only inside, so that the search does not find itself.
  const script = 'grep -l -e "$0$1" /proc/[0-9]*/cmdline 2>/dev/null || :';
  const { stdout } = await subject.exec(['sh', '-c', script, mark.slice(0, 4), mark.slice(4)]);
  return stdout.match(/\d+/g)?.map(Number) ?? [];
};

const end = async (subject: Subject, pid: number): Promise<void> => {
  await subject.exec(['kill', '-KILL', String(pid)]);
};

/** Clock ticks between the kernel's boot and the process's start (proc(5), stat field 22). */
const startTicks = async (subject: Subject, pid: number): Promise<number> => {
  const { stdout } = await subject.exec(['cat', `/proc/${String(pid)}/stat`]);
  return Number(stdout.slice(stdout.lastIndexOf(')') + 2).split(' ')[19]);
};

/** How long a signal may take to end a process, where it does. */
const goneMs = 1_000;

export default check(async ({ lab, finding }) => {
  const container = await lab.container({ image: 'bare', command: ['sleep', '600'] });
  const guest = await lab.restoredGuest({ image: 'bare' });

  /** Starts a marked process in the subject, proves it alive there, and looks for it from the host. */
  const sought = async (subject: Subject) => {
    const mark = markFrom(lab.token());
    await start(subject, mark);
    const [inside] = await find(subject, mark);
    const [outside] = await find(lab.host, mark);
    return { mark, inside, outside };
  };
  const seen = (subject: Subject, wanted: boolean) =>
    truth(async () => {
      const { inside, outside } = await sought(subject);
      if (inside === undefined) return { value: null, saw: `The process did not start in the ${subject.label}.` };
      await end(subject, inside);
      const found = outside !== undefined;
      return {
        value: found === wanted,
        saw: `Alive in the ${subject.label}; in the host's list of processes it is ${found ? 'found' : 'not found'}.`,
      };
    });
  const visible = (subject: Subject) => seen(subject, true);
  const invisible = (subject: Subject) => seen(subject, false);

  await finding('container-visible', {
    measure: visible(container),
    controls: { guest: visible(guest), host: visible(lab.host) },
  });
  await finding('guest-invisible', {
    measure: invisible(guest),
    controls: { container: invisible(container), host: invisible(lab.host) },
  });

  /** The host ends whatever it finds in its own list under the mark; then the subject is asked whether it lives. */
  const ended = (subject: Subject, wanted: boolean) =>
    truth(async () => {
      const { mark, inside, outside } = await sought(subject);
      if (inside === undefined) return { value: null, saw: `The process did not start in the ${subject.label}.` };
      if (outside !== undefined) await end(lab.host, outside);
      const gone = await until(async () => (await find(subject, mark)).length === 0, goneMs);
      if (!gone) await end(subject, inside);
      const did = outside === undefined ? 'found nothing to end' : 'sent the signal';
      return {
        value: gone === wanted,
        saw: `The host ${did}; in the ${subject.label} the process ${gone ? 'is gone' : 'lives on'}.`,
      };
    });
  const killed = (subject: Subject) => ended(subject, true);
  const spared = (subject: Subject) => ended(subject, false);
  await finding('container-killable', {
    measure: killed(container),
    controls: { guest: killed(guest), host: killed(lab.host) },
  });
  await finding('guest-not-killable', { measure: spared(guest), controls: { container: spared(container) } });

  // One record of one process in one kernel has one moment of its start, whoever reads it.
  const moment = (subject: Subject, outer: (found: number | undefined) => number) =>
    values(async () => {
      const { inside, outside } = await sought(subject);
      if (inside === undefined) throw new Error(`The process did not start in the ${subject.label}.`);
      const moments = [
        { label: `inside the ${subject.label}`, value: await startTicks(subject, inside) },
        { label: 'from the host', value: await startTicks(lab.host, outer(outside)) },
      ];
      await end(subject, inside);
      return moments;
    });
  await finding('one-record', {
    measure: moment(container, (found) => found ?? NaN),
    // All that the host has of a guest's process is the machine monitor's.
    controls: { guest: moment(guest, () => guest.pid), host: moment(lab.host, (found) => found ?? NaN) },
  });
});
