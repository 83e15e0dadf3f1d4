import { check, firstAnswer, samples, stopwatch, values, type RunningGuest } from '#verify';

const secondsInAYear = 365.25 * 24 * 3600;

/** Minutes that may be lost in a year, rounded to hundredths as they are quoted. */
const outageMinutes = (availability: number): number =>
  Math.round((secondsInAYear * (1 - availability) * 100) / 60) / 100;

const quotedMinutes = 5.26;

export default check(async ({ lab, supporting }) => {
  const budget = (availability: number) =>
    values(() =>
      Promise.resolve([
        { label: 'as it is quoted, minutes', value: quotedMinutes },
        { label: `calculated for ${String(availability * 100)} %, minutes`, value: outageMinutes(availability) },
      ]),
    );
  await supporting('arithmetic', { measure: budget(0.99999), controls: { 'four-nines': budget(0.9999) } });

  /** From the kill of a guest that answers to the first answer of what takes its place, again and again. */
  const outage = (launch: () => Promise<RunningGuest>) => {
    let serving: RunningGuest | undefined;
    return samples({
      subject: { label: 'guest, minimal', emulated: lab.emulated },
      quantity: 'cost',
      unit: 's',
      clock: 'wall',
      // The first guest takes nobody's place.
      warmups: 1,
      atLeast: 6,
      atMost: 6,
      take: async () => {
        const watch = stopwatch();
        await serving?.kill();
        serving = await launch();
        await firstAnswer(serving.address(80), { timeoutMs: 60_000 });
        return watch.seconds();
      },
    });
  };
  await supporting('guest-restart', {
    measure: outage(() => lab.guest({ image: 'bare', publish: [80], withoutAgent: true })),
  });
  await supporting('snapshot-restore', {
    measure: outage(() => lab.restoredGuest({ image: 'bare', publish: [80] })),
  });
});
