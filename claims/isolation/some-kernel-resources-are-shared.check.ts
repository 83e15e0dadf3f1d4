import {
  atOnce,
  check,
  fingerprint,
  keyring,
  mib,
  once,
  startBundle,
  truth,
  values,
  type RunningGuest,
  type Subject,
} from '#verify';

const asked = async (subject: Subject, command: readonly string[]): Promise<string> =>
  (await subject.exec(command)).stdout.trim();

/** A user number that no distribution gives away. */
const nobodysUser = '61537';

export default check(async ({ lab, finding }) => {
  const machine = once(async () => {
    const guest = await lab.restoredGuest();
    const capabilities = ['CAP_SYS_TIME', 'CAP_SYSLOG'];
    await startBundle(guest, { name: 'trusted', command: ['sleep', '600'], privileged: true, capabilities });
    await startBundle(guest, { name: 'plain', command: ['sleep', '600'] });
    return guest;
  });
  // It takes a while, and the first findings do not need it; whoever does is told what went wrong.
  machine().catch(() => undefined);

  const compared = (pair: () => Promise<readonly Subject[]>, ask: (subject: Subject) => Promise<string>) =>
    values(async () =>
      Promise.all((await pair()).map(async (subject) => ({ label: subject.label, value: await ask(subject) }))),
    );
  // A machine's name is its own business: only whether it is the same goes into the record.
  const name = async (subject: Subject) => fingerprint(await asked(subject, ['cat', '/proc/sys/kernel/hostname']));

  const limited = once(() => lab.container({ image: 'bare', memoryBytes: mib(64), command: ['sleep', '600'] }));
  const withHost = async () => [lab.host, await limited()];
  const seenByBoth = (ask: (subject: Subject) => Promise<string>) => ({
    measure: compared(withHost, ask),
    controls: { hostname: compared(withHost, name) },
  });
  await finding(
    'kernel-version',
    seenByBoth((subject) => asked(subject, ['uname', '-s', '-r', '-v'])),
  );
  await finding(
    'memory-totals',
    seenByBoth((subject) => asked(subject, ['grep', '-E', 'MemTotal|SwapTotal', '/proc/meminfo'])),
  );
  await finding(
    'boot-time',
    seenByBoth((subject) => asked(subject, ['grep', '^btime', '/proc/stat'])),
  );
  await finding(
    'devices',
    seenByBoth(async (subject) => {
      const sizes = 'for disk in /sys/block/*; do echo "${disk##*/} $(cat $disk/size)"; done';
      return fingerprint(await asked(subject, ['sh', '-c', sizes]));
    }),
  );

  const fields = async (subject: Subject, from: number, to: number) =>
    (await asked(subject, ['cat', '/proc/loadavg'])).split(' ').slice(from, to).join(' ');
  const momentary = (from: number, to: number) =>
    truth(async () => {
      // The host is read before and after, for the averages are counted anew every few seconds.
      const before = await fields(lab.host, from, to);
      const inside = await fields(await limited(), from, to);
      const after = await fields(lab.host, from, to);
      return {
        value: [before, after].includes(inside),
        saw: `Inside ${inside}; on the host ${before}, then ${after}.`,
      };
    });
  await finding('load-average', { measure: momentary(0, 3), controls: { 'own-processes': momentary(4, 5) } });

  const unfiltered = { image: 'full', securityOpt: ['seccomp=unconfined'], command: ['sleep', '600'] } as const;
  const readsKey = (storeIn: typeof unfiltered | { image: 'full'; command: readonly string[] }, reader: string) =>
    truth(async () => {
      const secret = lab.token();
      const [first, second] = await Promise.all([lab.container(storeIn), lab.container(storeIn)]);
      const stored = await keyring(first, { user: nobodysUser }).store(`lab:${secret}`, secret);
      if (!stored.done) return { value: false, saw: `It could not be stored: ${stored.because}` };
      const read = await keyring(second, { user: reader }).read(`lab:${secret}`);
      return { value: read.value === secret, saw: read.value === secret ? 'The secret was read.' : read.because };
    });
  await finding(
    'keyring',
    atOnce({
      measure: readsKey(unfiltered, nobodysUser),
      controls: {
        'default-filter': readsKey({ image: 'full', command: ['sleep', '600'] }, nobodysUser),
        'other-user': readsKey(unfiltered, '61538'),
      },
    }),
  );

  const insideOf = (guest: RunningGuest, container: string): Subject => ({
    ...guest,
    label: `container in the ${guest.label}`,
    exec: (command, options) => guest.exec(['runc', 'exec', container, 'busybox', ...command], options),
  });
  const guestAndContainer = async () => [await machine(), insideOf(await machine(), 'trusted')];
  await finding('modules', {
    measure: compared(guestAndContainer, async (subject) =>
      fingerprint(await asked(subject, ['cat', '/proc/modules'])),
    ),
    controls: { hostname: compared(guestAndContainer, name) },
  });

  /** The container changes something; has it changed for the guest? */
  const changes =
    (command: readonly string[], look: (guest: Subject) => Promise<string>, wanted: string) => async () => {
      const [guest, container] = [await machine(), insideOf(await machine(), 'trusted')];
      const before = await look(guest);
      await container.exec(command);
      const inside = await look(container);
      if (inside !== wanted) throw new Error(`The container's own change did not work: it reads ${inside}.`);
      const after = await look(guest);
      return { value: before !== wanted && after === wanted, saw: `Outside, it was ${before} and then ${after}.` };
    };
  const word = lab.token();
  const renamed = truth(once(changes(['hostname', word], (subject) => asked(subject, ['hostname']), word)));
  await finding('time-of-day', {
    // A year in which nobody is; the day is enough to tell.
    measure: truth(
      changes(
        ['date', '-u', '-s', '2001-02-03 04:05:06'],
        (subject) => asked(subject, ['date', '-u', '+%F']),
        '2001-02-03',
      ),
    ),
    controls: { hostname: renamed },
  });
  const switchPath = '/proc/sys/kernel/panic_on_oops';
  await finding('kernel-switch', {
    measure: truth(async () => {
      const [guest, container] = [await machine(), insideOf(await machine(), 'trusted')];
      const before = await asked(guest, ['cat', switchPath]);
      const other = before === '0' ? '1' : '0';
      await container.exec(['sh', '-c', `echo ${other} > ${switchPath}`]);
      const after = await asked(guest, ['cat', switchPath]);
      return { value: after === other, saw: `Outside, it was ${before} and then ${after}.` };
    }),
    controls: { hostname: renamed },
  });

  const readsLog = (container: string) =>
    truth(async () => {
      const guest = await machine();
      const word = lab.token();
      await guest.exec(['sh', '-c', `echo ${word} > /dev/kmsg`]);
      const { stdout, stderr } = await insideOf(guest, container).exec(['dmesg'], { reject: false });
      const found = stdout.includes(word);
      return { value: found, saw: found ? 'The line was read.' : stderr.trim() || 'The line is not there.' };
    });
  await finding('kernel-log', { measure: readsLog('trusted'), controls: { 'without-capability': readsLog('plain') } });
});
