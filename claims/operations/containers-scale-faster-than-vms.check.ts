import { check, inTurns, once, paired, replayPaired, stopwatch, webContainers, webGuests, webServer } from '#verify';

/** Instances that are added to one that runs already. */
const added = 9;
/** Enough for two findings of the same kind, that both should hold by chance is unlikely then. */
const pairs = 8;
const clock = { quantity: 'cost', unit: 's', clock: 'wall' } as const;

export default check(async ({ lab, finding }) => {
  const containers = { label: 'nine more containers', emulated: false };
  /** Seconds until all that are started have answered; they are gone before the next are. */
  const untilReady = async (start: () => Promise<readonly AsyncDisposable[]>): Promise<number> => {
    const watch = stopwatch();
    const instances = await start();
    const seconds = watch.seconds();
    await Promise.all(instances.map((instance) => instance[Symbol.asyncDispose]()));
    return seconds;
  };

  const settle = async (id: string, label: string, options: { readonly restored: boolean }) => {
    const guests = { label, emulated: lab.emulated };
    const guestSeconds: number[] = [];
    // What runs already, if the finding is settled at all.
    const first = once(() => Promise.all([webContainers(lab, 1), webGuests(lab, 1, options)]));
    const takeGuests = async () => {
      await first();
      const seconds = await untilReady(() => webGuests(lab, added, options));
      guestSeconds.push(seconds);
      return seconds;
    };
    const takeContainers = async () => {
      await first();
      return untilReady(() => webContainers(lab, added));
    };
    await finding(id, {
      measure: paired({
        ...clock,
        warmups: 0,
        atLeast: pairs,
        atMost: pairs,
        precision: null,
        subject: { subject: containers, take: takeContainers },
        baseline: { subject: guests, take: takeGuests },
      }),
      controls: {
        // Beside the same guests: they are no other for it.
        'slow-start': replayPaired({ ...clock, subject: containers, baseline: guests }, async () => {
          const server = `sleep ${String(Math.ceil(Math.max(...guestSeconds)))}; ${webServer.plain}`;
          const subject = await inTurns(guestSeconds, 2, () => untilReady(() => webContainers(lab, added, server)));
          return { subject, baseline: guestSeconds };
        }),
      },
    });
  };
  await settle('restored', 'nine more guests from a saved state', { restored: true });
  await settle('booted', 'nine more guests, booted', { restored: false });
});
