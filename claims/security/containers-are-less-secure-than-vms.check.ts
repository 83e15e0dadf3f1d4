import {
  amounts,
  check,
  reachableSystemCalls,
  systemCallsOpenTo,
  values,
  type LabContainerOptions,
  type Subject,
} from '#verify';

/** All that would stand between a container's root and the kernel is switched off, as far as this host lets us. */
const open: LabContainerOptions = {
  securityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
  // Some hosts lack this one themselves and could not give it away.
  capAdd: ['ALL'],
  capDrop: ['SYS_RESOURCE'],
};
const hardened: LabContainerOptions = {
  user: '1000',
  capDrop: ['ALL'],
  securityOpt: ['no-new-privileges'],
};

const likeTheMonitor = 'exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs';

export default check(async ({ lab, supporting, exhibit }) => {
  const reached = async (options: LabContainerOptions): Promise<number> => {
    const container = await lab.container({ image: 'minimal', ...options, command: ['sleep', '600'] });
    return (await reachableSystemCalls(container)).length;
  };
  const unconfined = await reached(open);
  const counts: [string, number][] = [['everything switched off', unconfined]];
  const against = (label: string, options: LabContainerOptions) =>
    amounts(async () => {
      const count = await reached(options);
      counts.push([label, count]);
      return {
        subject: { label: `system calls answered, ${label}`, value: count },
        baseline: { label: 'system calls answered, everything switched off', value: unconfined },
        unit: '1',
      };
    });
  const again = against('everything switched off, again', open);
  await supporting('surface-default', { measure: against("engine's defaults", {}), controls: { unconfined: again } });
  await supporting('surface-hardened', { measure: against('hardened', hardened), controls: { unconfined: again } });

  const guest = await lab.restoredGuest({ image: 'bare' });
  const callsOfMonitor = async () => (await systemCallsOpenTo(lab.host, guest.pid)).length;
  /** Of a process of a user that owns nothing, as the monitor's is, but without the filter that the monitor puts on. */
  const callsWithoutFilter = async () => {
    const { stdout } = await lab.host.exec(['sh', '-c', `(${likeTheMonitor} sleep 60) >/dev/null 2>&1 & echo $!`]);
    const count = (await systemCallsOpenTo(lab.host, Number(stdout))).length;
    await lab.host.exec(['kill', stdout.trim()]);
    return count;
  };
  const againstNoFilter = (label: string, calls: () => Promise<number>) =>
    amounts(async () => {
      const [count, unfiltered] = [await calls(), await callsWithoutFilter()];
      counts.push([label, count]);
      return {
        subject: { label: `system calls answered, ${label}`, value: count },
        baseline: { label: 'system calls answered, the same user without a filter', value: unfiltered },
        unit: '1',
      };
    });
  await supporting('surface-monitor', {
    measure: againstNoFilter('machine monitor of a guest', callsOfMonitor),
    controls: {
      'without-filter': againstNoFilter("a user like the monitor's, without its filter", callsWithoutFilter),
    },
  });

  const bootOf = async (subject: Subject) => (await subject.exec(['cat', '/proc/sys/kernel/random/boot_id'])).stdout;
  const hostBoot = await bootOf(lab.host);
  const answers = (label: string, subject: () => Promise<Subject>) =>
    values(async () => [
      { label: "the host's kernel", value: 'this one' },
      // The identifiers themselves are the machine's own affair.
      { label, value: (await bootOf(await subject())) === hostBoot ? 'this one' : 'another' },
    ]);
  await supporting('who-answers', {
    measure: answers("the kernel that answers a guest's program", () => Promise.resolve(guest)),
    controls: {
      container: answers("the kernel that answers a container's program", () =>
        lab.container({ image: 'bare', command: ['sleep', '600'] }),
      ),
    },
  });

  await exhibit({
    id: 'surface',
    title: "System calls of the host's kernel that answered otherwise than by a refusal",
    columns: ['Caller', 'Calls'],
    rows: counts,
  });
});
