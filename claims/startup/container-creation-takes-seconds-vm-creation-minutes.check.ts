import { join } from 'node:path';
import {
  check,
  diskLayers,
  once,
  replay,
  samples,
  stopwatch,
  type LabGuestOptions,
  type Measurement,
  type RunningGuest,
  type Subject,
} from '#verify';

const wallClock = { quantity: 'cost', unit: 's', clock: 'wall' } as const;
/** The least from which a median has an interval. */
const enough = 6;
/** Enough for two findings of the same kind, that both should come out so by chance is unlikely then. */
const machines = 7;

/** Seconds of one life: until a command was carried out inside, and from then on until nothing was left. */
interface Life {
  readonly creation: number;
  readonly deletion: number;
}

export default check(async ({ lab, finding, supporting }) => {
  const folder = await lab.scratchDirectory();
  // What an image is made of is there before anything is created from it.
  await lab.image('minimal');

  const live = async <S extends Subject & AsyncDisposable>(
    create: () => Promise<S>,
    end: (subject: S) => Promise<unknown>,
  ): Promise<Life> => {
    const watch = stopwatch();
    const subject = await create();
    await subject.exec(['true']);
    const creation = watch.seconds();
    await end(subject);
    await subject[Symbol.asyncDispose]();
    return { creation, deletion: watch.seconds() - creation };
  };
  const containerLife = (command: readonly string[]) =>
    live(
      () => lab.container({ command }),
      (container) => container.stop(),
    );
  const guestLife = (before: () => Promise<LabGuestOptions>, configure: (guest: RunningGuest) => Promise<unknown>) =>
    live(
      async () => {
        const guest = await lab.guest({ image: 'minimal', ...(await before()) });
        await configure(guest);
        return guest;
      },
      (guest) => guest.shutdown(),
    );
  const nothing = () => Promise.resolve({});

  const container = { label: 'container', emulated: false };
  const guest = { label: 'guest, minimal', emulated: lab.emulated };
  const whole = (lives: readonly Life[]) => lives.map(({ creation, deletion }) => creation + deletion);
  /** So many lives at once, their parts kept: at once can only make each of them slower. */
  const lives = (subject: typeof container, count: number, live: () => Promise<Life>) => {
    const lived: Life[] = [];
    const take = async () => {
      const one = await live();
      lived.push(one);
      return one.creation + one.deletion;
    };
    const kind = { ...wallClock, subject };
    return {
      measure: samples({ ...kind, take, atLeast: count, atMost: count, warmups: 0, concurrency: count }),
      again: replay(kind, () => whole(lived)),
      deletion: replay(kind, () => lived.map(({ deletion }) => deletion)),
    };
  };

  let disk = '';
  const noteDisk = async (guest: RunningGuest) => {
    disk = (await diskLayers(guest)).below;
  };
  const configureForAMinute = async (guest: RunningGuest) => {
    await guest.exec(['sleep', '60'], { timeoutMs: 180_000 });
  };
  const slow = once(() => Promise.all(Array.from({ length: enough }, () => guestLife(nothing, configureForAMinute))));
  /** Begun with what is measured beside it, since it mostly waits. */
  const besideSlow = (measurement: Measurement): Measurement => ({
    ...measurement,
    run: (context) => {
      // Whoever needs it hears of a failure; nobody may.
      slow().catch(() => undefined);
      return measurement.run(context);
    },
  });

  const containers = lives(container, enough, () => containerLife(['sleep', '600']));
  const trap = ['sh', '-c', "trap '' TERM; while :; do sleep 1; done"];
  const deaf = Promise.all(Array.from({ length: enough }, () => containerLife(trap)));
  deaf.catch(() => undefined);
  await finding('container', {
    measure: containers.measure,
    controls: { 'ignores-the-signal': replay({ ...wallClock, subject: container }, async () => whole(await deaf)) },
  });
  await supporting('container-deletion', { measure: containers.deletion });

  const copyLife = async (): Promise<Life> => {
    const copy = join(folder, lab.token());
    const copied = async (): Promise<LabGuestOptions> => {
      await lab.host.exec(['cp', disk, copy], { timeoutMs: 120_000 });
      await lab.host.exec(['chmod', '666', copy]);
      return { disks: [{ path: copy, format: 'raw' }] };
    };
    const { creation, deletion } = await guestLife(copied, nothing);
    const watch = stopwatch();
    await lab.host.exec(['rm', copy]);
    return { creation, deletion: deletion + watch.seconds() };
  };
  const onCopy = once(() => Promise.all(Array.from({ length: machines }, copyLife)));

  const machine = { ...wallClock, subject: guest };
  const controls = {
    'configured-for-a-minute': replay(machine, async () => {
      // Meanwhile, for it mostly waits.
      onCopy().catch(() => undefined);
      return whole(await slow());
    }),
    'container-instead': containers.again,
  };
  const onOverlay = lives(guest, machines, () => guestLife(nothing, noteDisk));
  await finding('vm-overlay', { measure: besideSlow(onOverlay.measure), controls });
  await supporting('vm-deletion', { measure: onOverlay.deletion });
  await finding('vm-full-copy', { measure: replay(machine, async () => whole(await onCopy())), controls });
});
