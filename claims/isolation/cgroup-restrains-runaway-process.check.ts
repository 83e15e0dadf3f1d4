import { atOnce, check, mib, truth, usageOfProcess, watch, type Container, type LabContainerOptions } from '#verify';

/** Slack for "held to its share". */
const slack = 1.05;
/** Forty of the periods in which the kernel hands out a quota. */
const watchedMs = 4_000;
/** Enough for a control, which has many times the share. */
const controlMs = 1_000;
const limits = { memoryBytes: mib(64), cpus: 0.1, pids: 32 };
/** Well above the limits, and what the wider controls allow for. */
const wanted = { memoryBytes: mib(128), pids: 96 };

export default check(async ({ lab, finding }) => {
  const word = lab.token();
  const serve = `mkdir /tmp/www; echo ${word} > /tmp/www/index.html; exec httpd -f -h /tmp/www -p 80`;
  const serving = async (options: LabContainerOptions): Promise<Container> => {
    const container = await lab.container({ image: 'bare', ...options, command: ['sh', '-c', serve] });
    await lab.reachesWithin(10_000, { from: container, address: '127.0.0.1', port: 80 });
    return container;
  };
  const goesOn = async (container: Container): Promise<boolean> =>
    (await container.exec(['sh', '-c', `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 5 127.0.0.1 80`])).stdout.includes(
      word,
    );

  const heldToMemory = (memoryBytes: number) =>
    truth(async () => {
      await using container = await serving({ memoryBytes });
      const bytes = String(wanted.memoryBytes);
      const { stdout } = await container.exec(['sh', '-c', `head -c ${bytes} /dev/zero | tail -c ${bytes} | wc -c`], {
        reject: false,
      });
      const { memoryPeakBytes: peak } = usageOfProcess(container.pid);
      const killed = stdout.trim() !== bytes;
      const within = peak === null || peak <= limits.memoryBytes * slack;
      const alive = await goesOn(container);
      return {
        value: killed && within && alive,
        saw: `The program was ${killed ? 'killed' : 'not killed'}, most memory used: ${peak === null ? 'not counted' : `${String(Math.round(peak / mib(1)))} MiB`}, the service ${alive ? 'goes on' : 'is gone'}.`,
      };
    });
  await finding(
    'memory',
    atOnce({
      measure: heldToMemory(limits.memoryBytes),
      controls: { wider: heldToMemory(wanted.memoryBytes * 2) },
    }),
  );

  const heldToQuota = (options: LabContainerOptions, ms: number) =>
    truth(async () => {
      const spin = 'while :; do :; done';
      await using container = await lab.container({
        image: 'bare',
        ...options,
        command: ['sh', '-c', `(${spin}) & (${spin}) & (${spin}) & ${spin}`],
      });
      await watch(500);
      const [before, startedAt] = [usageOfProcess(container.pid), performance.now()];
      await watch(ms);
      const [after, endedAt] = [usageOfProcess(container.pid), performance.now()];
      const processors = (after.cpuSeconds - before.cpuSeconds) / ((endedAt - startedAt) / 1000);
      const throttled = after.throttledSeconds > before.throttledSeconds;
      return {
        value: processors <= limits.cpus * slack && throttled,
        saw: `It used ${processors.toFixed(3)} processors and was ${throttled ? 'throttled' : 'not throttled'}.`,
      };
    });
  await finding('processor', {
    measure: heldToQuota({ cpus: limits.cpus }, watchedMs),
    controls: { 'no-quota': heldToQuota({}, controlMs) },
  });

  const bystander = await serving({});
  const heldToProcesses = (pidsLimit: number) =>
    truth(async () => {
      await using container = await lab.container({ image: 'bare', pidsLimit, command: ['sleep', '600'] });
      const { stderr } = await container.exec(
        ['sh', '-c', `i=0; while [ $i -lt ${String(wanted.pids)} ]; do sleep 600 & i=$((i+1)); done >/dev/null`],
        { reject: false },
      );
      const { processes } = usageOfProcess(container.pid);
      const refused = stderr.includes('fork');
      const alive = await goesOn(bystander);
      return {
        value: processes <= limits.pids && refused && alive,
        saw: `It had ${String(processes)} processes and was ${refused ? 'refused more' : 'not refused any'}; the container beside it ${alive ? 'goes on' : 'does not answer'}.`,
      };
    });
  await finding(
    'processes',
    atOnce({ measure: heldToProcesses(limits.pids), controls: { wider: heldToProcesses(limits.pids * 4) } }),
  );
});
