import { atOnce, check, fingerprint, truth, values, watch, type Subject } from '#verify';

/** How long one of them is held still. */
const heldMs = 2_000;

const asked = async (subject: Subject, command: readonly string[]): Promise<string> =>
  (await subject.exec(command)).stdout.trim();

/** Seconds since the kernel started (proc(5), /proc/uptime). */
const uptime = async (subject: Subject): Promise<number> =>
  Number.parseFloat(await asked(subject, ['cat', '/proc/uptime']));

export default check(async ({ lab, finding }) => {
  const [kernelPackage = ''] = await lab.otherKernels(1);
  const idle = { image: 'bare', command: ['sleep', '600'] } as const;
  const [one, other, first, second] = await Promise.all([
    lab.guest({ image: 'bare' }),
    lab.guest({ image: 'bare', kernelPackage }),
    lab.container({ ...idle, label: 'first container' }),
    lab.container({ ...idle, label: 'second container' }),
  ]);

  const compared = (subjects: readonly (readonly [string, Subject])[], ask: (subject: Subject) => Promise<string>) =>
    values(() => Promise.all(subjects.map(async ([label, subject]) => ({ label, value: await ask(subject) }))));
  const three = [
    ['host', lab.host],
    ['first guest', one],
    ['second guest', other],
  ] as const;
  const containers = [
    ['first container', first],
    ['second container', second],
  ] as const;
  const release = (subject: Subject) => asked(subject, ['uname', '-s', '-r', '-v']);
  await finding('release', {
    measure: compared(three, release),
    controls: { containers: compared(containers, release) },
  });
  // The identifier is the machine's own business: only whether it is the same goes into the record.
  const bootId = async (subject: Subject) =>
    fingerprint(await asked(subject, ['cat', '/proc/sys/kernel/random/boot_id']));
  await finding('boot-id', {
    measure: compared(three, bootId),
    controls: { containers: compared(containers, bootId) },
  });

  /** One of two is held still for a while: does its kernel's clock stand still, and the other's go on? */
  const ownClock = (
    held: Subject,
    free: Subject,
    hold: { readonly begin: () => Promise<unknown>; readonly end: () => Promise<unknown> },
  ) =>
    truth(async () => {
      const before = [await uptime(free), await uptime(held)];
      await hold.begin();
      await watch(heldMs);
      await hold.end();
      const after = [await uptime(held), await uptime(free)];
      const [goneOn, stoodStill] = [(after[1] ?? NaN) - (before[0] ?? NaN), (after[0] ?? NaN) - (before[1] ?? NaN)];
      if (Number.isNaN(goneOn) || Number.isNaN(stoodStill)) return { value: null, saw: 'A clock could not be read.' };
      return {
        // Half of the time is more than two questions take.
        value: goneOn - stoodStill > heldMs / 2000,
        saw: `The one that was held counted ${stoodStill.toFixed(2)} s, the other ${goneOn.toFixed(2)} s.`,
      };
    });
  await finding(
    'clock',
    atOnce({
      measure: ownClock(one, other, {
        begin: () => one.qmp.execute('stop'),
        end: () => one.qmp.execute('cont'),
      }),
      controls: {
        containers: ownClock(first, second, { begin: () => first.pause(), end: () => first.unpause() }),
      },
    }),
  );
});
