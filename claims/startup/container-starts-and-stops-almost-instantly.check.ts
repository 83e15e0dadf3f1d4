import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { cgroupFolderOf, check, replay, samples, stopwatch, type Container } from '#verify';

/** Ends at once when it is asked to; the shell's own `wait`, unlike a program that it runs, is cut short by a signal. */
const heeds = ['sh', '-c', "trap 'exit 0' TERM; sleep 600 & wait"];
/** For process 1 the kernel ignores what the process does not handle: pid_namespaces(7). */
const ignores = ['sleep', '600'];

export default check(async ({ lab, finding, supporting }) => {
  const image = await lab.image('bare');
  const plan = {
    subject: { label: 'container', emulated: false },
    quantity: 'cost',
    unit: 's',
    clock: 'wall',
    atLeast: 10,
    atMost: 12,
  } as const;
  // The least from which a median has an interval.
  const atOnce = 6;
  const asControl = { ...plan, warmups: 0, atLeast: atOnce, atMost: atOnce, concurrency: atOnce };

  const toBeStopped = async (command: readonly string[]): Promise<Container> => {
    const container = await lab.container({ image, command, init: false });
    // A signal that arrives before its handler is set would be ignored as well.
    await container.exec(['true']);
    return container;
  };
  const untilGone = async (container: Container): Promise<number> => {
    const group = cgroupFolderOf(container.pid, 'memory');
    const watch = stopwatch();
    await using _stopped = await container.stop({ timeoutSeconds: 10 });
    while (existsSync(group)) await delay(1);
    return watch.seconds();
  };
  // Begun first: what ignores the signal costs nothing while its grace lasts, and all else is done meanwhile.
  const deaf = await Promise.all(Array.from({ length: atOnce }, () => toBeStopped(ignores)));
  const ignored = Promise.all(deaf.map(untilGone));
  // Whoever needs it hears of a failure; nobody may.
  ignored.catch(() => undefined);

  const firstInstruction = async (command: readonly string[]): Promise<number> => {
    await using created = await lab.createdContainer({ image, command, init: false });
    const watch = stopwatch();
    await using running = await created.start();
    await running.wait();
    const { stdout } = await running.logs();
    return watch.secondsUntil(stdout);
  };
  const starts: number[] = [];
  await finding('start', {
    measure: samples({
      ...plan,
      take: async () => {
        const seconds = await firstInstruction(['/bin/stamp']);
        starts.push(seconds);
        return seconds;
      },
    }),
    controls: {
      delayed: samples({
        ...asControl,
        take: () => firstInstruction(['/bin/sh', '-c', 'sleep 1.2; exec /bin/stamp']),
      }),
    },
  });

  const stops: number[] = [];
  await finding('stop', {
    measure: samples({
      ...plan,
      take: async () => {
        await using container = await toBeStopped(heeds);
        const seconds = await untilGone(container);
        stops.push(seconds);
        return seconds;
      },
    }),
    controls: { ignores: replay(plan, () => ignored) },
  });

  // The first of each was the warm-up.
  await supporting('start-feels-instant', { measure: replay(plan, () => starts.slice(1)) });
  await supporting('stop-feels-instant', { measure: replay(plan, () => stops.slice(1)) });
});
