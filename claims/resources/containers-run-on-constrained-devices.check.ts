import {
  accountOf,
  amount,
  askContainers,
  check,
  configureNginx,
  identityOf,
  isAlive,
  memoryOf,
  mib,
  nginxApplication,
  nginxCommand,
  nginxConfiguration,
  processesOf,
  truth,
  usageOfProcess,
  type Image,
} from '#verify';

const requests = 100;
const patienceMs = 20_000;
const serviceBytes = mib(64);
/** No engine of Docker's takes a lower limit. */
const leastBytes = mib(6);
const ballastBytes = mib(256);
/** nginx prepares a few hundred bytes for each: together more than the service is given. */
const tooManyConnections = 262_144;

/** `tail` keeps the last of what it reads; its first byte says that it has read it all. */
const hold = (bytes: string): string =>
  `head -c ${bytes} /dev/zero | tail -c ${bytes} | { head -c 1 >/dev/null; echo held; sleep 600; }`;

export default check(async ({ lab, finding, supporting, exhibit }) => {
  // With nothing else on it, as on a device that has this one task.
  const device = await lab.privateEngine();
  const word = lab.token();
  const files = await nginxApplication(lab, word);
  const imageOf = (configuration: string): Promise<Image> =>
    device.scratchImage({ name: 'nginx', files: { ...files, [nginxConfiguration]: configuration } });
  const [image, greedy] = [await imageOf(configureNginx()), await imageOf(configureNginx(tooManyConnections))];
  const started = (of: Image, memoryBytes: number) =>
    device.container({ image: of, init: false, command: nginxCommand, memoryBytes, cpus: 0.25 });
  type Box = Awaited<ReturnType<typeof started>>;

  /** Whether it answers every request, and the kernel never has to kill for want of memory. */
  const serves = async (box: Box) => {
    const ask = (rounds: number) => askContainers(device, [box], { rounds, word });
    const first = identityOf(box.pid);
    // Null: the kernel has ended all of it, and its group with it, perhaps while it was read.
    const usage = () => {
      try {
        return usageOfProcess(box.pid);
      } catch (cause) {
        if (isAlive(first)) throw cause;
        return null;
      }
    };
    const deadline = performance.now() + patienceMs;
    let answered = 0;
    while (answered === 0 && usage()?.oomKills === 0 && performance.now() < deadline) {
      answered = await ask(1);
    }
    if (answered > 0) answered += await ask(requests - 1);
    const used = usage();
    const kills =
      used === null
        ? 'Its process has ended.'
        : `The kernel killed for want of memory ${String(used.oomKills ?? 'an unknown number of')} times; at most ` +
          `${String(used.memoryPeakBytes ?? 'an unknown number of')} bytes were in use.`;
    return {
      value: answered === requests && used?.oomKills === 0,
      saw: `${String(answered)} of ${String(requests)} requests were answered with the page. ${kills}`,
    };
  };
  const within = (of: Image, memoryBytes: number) =>
    truth(async () => {
      await using box = await started(of, memoryBytes);
      return await serves(box);
    });

  const service = await started(image, serviceBytes);
  await finding('serves', {
    measure: truth(() => serves(service)),
    controls: { 'needs-more': within(greedy, serviceBytes) },
  });
  await supporting('serves-in-the-least', {
    measure: within(image, leastBytes),
    controls: { 'needs-more': within(greedy, leastBytes) },
  });

  const { daemon } = device;
  const parts = new Map([
    ['Engine', memoryOf(() => processesOf(daemon.pid())).pssBytes],
    ["The engine's containerd", memoryOf(() => processesOf(daemon.containerdPid)).pssBytes],
    ['Shim and service', memoryOf(() => accountOf([service.pid])).pssBytes],
  ]);
  const whole = (label: string, besides: () => Promise<number>) =>
    amount(async () => ({
      subject: label,
      value: [...parts.values()].reduce((sum, bytes) => sum + bytes, await besides()),
      unit: 'B',
    }));
  await finding('engine-and-service', {
    measure: whole('engine with the service', () => Promise.resolve(0)),
    controls: {
      'with-ballast': whole('engine with the service and ballast', async () => {
        await using ballast = await device.container({
          image: 'bare',
          command: ['sh', '-c', hold(String(ballastBytes))],
        });
        await ballast.waitForOutput('held', patienceMs);
        return memoryOf(() => accountOf([ballast.pid])).pssBytes;
      }),
    },
  });

  await exhibit({
    id: 'parts',
    title: 'What the device carries in memory, bytes',
    columns: ['Part', 'The device'],
    rows: [...parts],
  });
});
