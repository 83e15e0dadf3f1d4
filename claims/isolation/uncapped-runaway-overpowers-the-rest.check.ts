import {
  check,
  firstAnswer,
  freePort,
  mib,
  paired,
  processorShare,
  releasing,
  signal,
  spin,
  startBundle,
  startHoldingService,
  startPinned,
  stopwatch,
  truth,
  until,
  watch,
} from '#verify';

/** The host that a group, or a guest, stands for, and the caps of the runaway that has one. */
const small = { cpus: 0.8, memoryBytes: mib(128), processes: 250 };
const caps = { cpus: 0.05, memoryBytes: mib(32), pids: 64 };
/** More than the half of that host's memory is the service's: whoever frees memory in need looks for the largest. */
const heldMiB = 72;
const windowMs = 200;
const runaways = 8;
const requests = 8;
const patienceMs = 2_000;
/** How long the runaway is given to fill its machine, and one with a cap at the least. */
const fillingMs = { longest: 10_000, shortest: 2_000 };

const takeMemory = `head -c ${String(mib(1024))} /dev/zero | tail -c ${String(mib(1024))} | wc -c`;
/** The first process goes on as `sleep`: the container would end with it. */
const forkBomb = 'bomb() { bomb | bomb & }; bomb; exec sleep 600';

export default check(async ({ lab, finding }) => {
  const ofProcessor = (options: { readonly cap?: number }) => {
    const made = new AsyncDisposableStack();
    let service: number;
    let others: readonly number[] = [];
    const begin = async () => {
      const group = made.use(await lab.bounded({ cpus: small.cpus }));
      const where = options.cap === undefined ? group : made.use(await lab.bounded({ cpus: options.cap }));
      service = await startPinned(group, spin);
      others = await Promise.all(Array.from({ length: runaways }, () => startPinned(where, spin)));
    };
    const share = async (name: 'STOP' | 'CONT') => {
      if (others.length === 0) await begin();
      signal(name, others);
      return processorShare([service], windowMs);
    };
    const label = options.cap === undefined ? 'service beside the runaway' : 'service beside the capped runaway';
    return releasing(
      made,
      paired({
        quantity: 'rate',
        unit: '1',
        clock: 'wall',
        atLeast: 6,
        atMost: 6,
        subject: { subject: { label, emulated: false }, take: () => share('CONT') },
        baseline: { subject: { label: 'service alone', emulated: false }, take: () => share('STOP') },
      }),
    );
  };
  await finding('processor', { measure: ofProcessor({}), controls: { capped: ofProcessor({ cap: caps.cpus }) } });

  const memoryTaken = (cap?: number) =>
    truth(async () => {
      const [word, port] = [lab.token(), await freePort()];
      await using group = await lab.bounded({ memoryBytes: small.memoryBytes });
      await startHoldingService(group, { port, word, heldMiB });
      const address = { host: '127.0.0.1', port };
      const answers = async (timeoutMs: number) =>
        (await firstAnswer(address, { timeoutMs }).catch(() => '')).includes(word);
      if (!(await answers(10_000))) throw new Error('The service did not answer before the runaway was started.');
      const where = cap === undefined ? group : await lab.bounded({ memoryBytes: cap });
      const { stdout } = await where.exec(['sh', '-c', takeMemory], { reject: false });
      const lost = !(await answers(patienceMs));
      return {
        value: lost,
        saw: `The runaway had ${stdout.trim() === String(mib(1024)) ? 'all that it wanted' : 'not all that it wanted'}; the service ${lost ? 'is gone' : 'answers'}.`,
      };
    });
  await finding('memory', { measure: memoryTaken(), controls: { capped: memoryTaken(caps.memoryBytes) } });

  let filledMs = fillingMs.longest;
  const machineFilled = (pidsLimit: number | null) =>
    truth(async () => {
      await using guest = await lab.restoredGuest({ publish: [80] });
      const { host, port } = guest.address(80);
      const answers = async () => {
        try {
          const answer = await fetch(`http://${host}:${String(port)}/`, { signal: AbortSignal.timeout(patienceMs) });
          return answer.ok;
        } catch {
          return false;
        }
      };
      if (!(await answers())) throw new Error('The service did not answer before the runaway was started.');
      await guest.exec(['sh', '-c', `echo ${String(small.processes)} > /proc/sys/kernel/threads-max`]);
      // The machine may be too busy to say that it has started the container.
      void startBundle(guest, { name: 'runaway', command: ['sh', '-c', forkBomb], pidsLimit }).catch(() => undefined);
      const time = stopwatch();
      // One with a cap has twice the time that one without took.
      const given = pidsLimit === null ? fillingMs.longest : Math.max(fillingMs.shortest, 2 * filledMs);
      await until(async () => !(await answers()), Math.min(given, fillingMs.longest));
      if (pidsLimit === null) filledMs = time.seconds() * 1000;
      // A tenth of a second apart, and none waits for the one before.
      const asked = Array.from({ length: requests }, async (_, index) => {
        await watch(100 * index);
        return answers();
      });
      const answered = (await Promise.all(asked)).filter(Boolean).length;
      return {
        value: answered < requests / 2,
        saw: `The service of the machine answered ${String(answered)} of ${String(requests)} requests.`,
      };
    });
  await finding('processes', { measure: machineFilled(null), controls: { capped: machineFilled(caps.pids) } });
});
