import { amount, check, inTurns, replay, roomForGuests, stopwatch, type Measurement, type RunningGuest } from '#verify';

const many = 100;
/** So many are being started at any time: each keeps one processor busy until it is up. */
const atOnce = 8;
const wallClock = { quantity: 'cost', unit: 's', clock: 'wall' } as const;

interface Way {
  readonly start: () => Promise<RunningGuest>;
  /** What one guest may come to occupy. */
  readonly mibEach: number;
}

export default check(async ({ lab, finding, supporting }) => {
  const bound = lab.emulated ? 'upper' : 'exact';
  const subject = 'the last of the guests';

  /** Starts guests that all run at once, and keeps them until it is disposed of. */
  const bulk = ({ start, mibEach }: Way) => {
    const made = new AsyncDisposableStack();
    const guests: RunningGuest[] = [];
    const upAfter: number[] = [];
    let watch = stopwatch();
    const measure: Measurement = {
      kind: 'amount',
      run: (context) =>
        amount(async () => {
          // A rehearsal shows that it works, and two are a crowd.
          const count = context.rehearsal === true ? 2 : many;
          roomForGuests(count, mibEach);
          // The first makes whatever is made once and kept: kernel, file tree, saved state.
          await (await start())[Symbol.asyncDispose]();
          watch = stopwatch();
          await inTurns(Array.from({ length: count }), atOnce, async () => {
            guests.push(made.use(await start()));
            upAfter.push(watch.seconds());
          });
          return { subject, value: Math.max(...upAfter), unit: 's', bound };
        }).run(context),
    };
    const answersLate = async (guest: RunningGuest): Promise<number> => {
      const word = lab.token();
      const wait = Math.max(0, Math.ceil(12 - watch.seconds()));
      const { stdout } = await guest.exec(['sh', '-c', `sleep ${String(wait)}; echo ${word}`], { timeoutMs: 120_000 });
      if (stdout.trim() !== word) throw new Error(`A guest was asked for ${word} and answered "${stdout.trim()}".`);
      return watch.seconds();
    };
    return {
      made,
      upAfter,
      measure,
      controls: {
        late: amount(async () => {
          return { subject, value: Math.max(...(await Promise.all(guests.map(answersLate)))), unit: 's', bound };
        }),
        one: amount(async () => {
          const alone = stopwatch();
          await using _guest = await start();
          return { subject: 'one guest', value: alone.seconds(), unit: 's', bound };
        }),
      },
    };
  };

  const restored = bulk({ start: () => lab.restoredGuest({ image: 'bare' }), mibEach: 96 });
  await finding('restored', { measure: restored.measure, controls: restored.controls });
  const guest = { label: 'guest, restored, one of many', emulated: lab.emulated };
  await supporting('restored-one-by-one', {
    measure: replay({ ...wallClock, subject: guest }, () => restored.upAfter),
  });
  await restored.made.disposeAsync();

  const booted = bulk({ start: () => lab.guest({ image: 'bare' }), mibEach: 256 });
  await finding('cold-boot', { measure: booted.measure, controls: booted.controls });
  await booted.made.disposeAsync();
});
