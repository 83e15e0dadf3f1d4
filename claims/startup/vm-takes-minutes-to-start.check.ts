import {
  amount,
  check,
  firstAnswer,
  replay,
  samples,
  stopwatch,
  type LabGuestOptions,
  type RunningGuest,
} from '#verify';

/** The kernel's command line tells the tree's own start script to wait, before it starts the web server. */
const waitsAMinute = 'lab.delay=60';

export default check(async ({ lab, finding, supporting }) => {
  const untilAnswer = async (launch: () => Promise<RunningGuest>): Promise<number> => {
    const watch = stopwatch();
    await using guest = await launch();
    await firstAnswer(guest.address(80), { timeoutMs: 240_000 });
    return watch.seconds();
  };
  const boot = (options: LabGuestOptions) => () => lab.guest({ ...options, publish: [80], withoutAgent: true });
  const guest = { label: 'guest, minimal', emulated: lab.emulated };
  const fullGuest = { label: 'guest, full', emulated: lab.emulated };
  const wallClock = { quantity: 'cost', unit: 's', clock: 'wall' } as const;
  // Six is the least from which a median has an interval.
  const sixTimes = { atLeast: 6, atMost: 6, warmups: 0 };
  const minimal = boot({ image: 'bare' });

  // Begun first: it mostly waits, and all else is done meanwhile.
  const waiting = Promise.all(
    Array.from({ length: 6 }, () => untilAnswer(boot({ image: 'bare', append: waitsAMinute }))),
  );
  // Whoever needs it hears of a failure; nobody may.
  waiting.catch(() => undefined);

  await supporting('restored', {
    measure: samples({
      ...wallClock,
      ...sixTimes,
      subject: guest,
      warmups: 1,
      take: () => untilAnswer(() => lab.restoredGuest({ image: 'bare', publish: [80] })),
    }),
  });

  await finding('minimal-guest', {
    measure: samples({ ...wallClock, ...sixTimes, subject: guest, concurrency: 3, take: () => untilAnswer(minimal) }),
    controls: { 'waits-a-minute': replay({ ...wallClock, subject: guest }, () => waiting) },
  });

  await finding('full-guest', {
    measure: samples({
      ...wallClock,
      ...sixTimes,
      subject: fullGuest,
      // Side by side they can only be slower, which is what would bear the statement out.
      concurrency: 2,
      take: () => untilAnswer(boot({ image: 'full', cpus: 2 })),
    }),
    controls: {
      'waits-a-minute': samples({
        ...wallClock,
        ...sixTimes,
        subject: fullGuest,
        concurrency: 6,
        take: () => untilAnswer(boot({ image: 'full', append: waitsAMinute })),
      }),
    },
  });

  await supporting('installed', {
    measure: amount(async () => {
      const watch = stopwatch();
      await lab.installTree('full');
      return { subject: 'guest, full', value: watch.seconds(), unit: 's', bound: 'exact' };
    }),
  });
});
