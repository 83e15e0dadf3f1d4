import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { cgroupFolderOf, check, replay, samples, stopwatch } from '#verify';

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
  const asControl = { ...plan, warmups: 0, atMost: 10, concurrency: 10 };

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

  const untilGone = async (command: readonly string[]): Promise<number> => {
    await using container = await lab.container({ image, command, init: false });
    // A signal that arrives before its handler is set would be ignored as well.
    await container.exec(['true']);
    const group = cgroupFolderOf(container.pid, 'memory');
    const watch = stopwatch();
    await using _stopped = await container.stop({ timeoutSeconds: 10 });
    while (existsSync(group)) await delay(1);
    return watch.seconds();
  };
  const stops: number[] = [];
  await finding('stop', {
    measure: samples({
      ...plan,
      take: async () => {
        const seconds = await untilGone(heeds);
        stops.push(seconds);
        return seconds;
      },
    }),
    controls: { ignores: samples({ ...asControl, take: () => untilGone(ignores) }) },
  });

  // The first of each was the warm-up.
  await supporting('start-feels-instant', { measure: replay(plan, () => starts.slice(1)) });
  await supporting('stop-feels-instant', { measure: replay(plan, () => stops.slice(1)) });
});
