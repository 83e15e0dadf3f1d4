import { amount, check, samples, stopwatch, type LabContainerOptions } from '#verify';

/** What 99.999% of a year leaves, in seconds. */
const yearlyBudget = 365.25 * 24 * 3600 * 1e-5;

/** How long an answer is waited for; who has not answered by then counts with this time, although it may be for ever. */
const patienceSeconds = 7;

/** Asks until it is answered. */
const untilServed = `
ask() { printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 1 127.0.0.1 80 2>/dev/null | grep -q ready; }
until ask; do sleep 0.02; done
`;

/** Asks again and again: through an outage, whose lost requests it counts, to the first answer after it. */
const throughOutage = `
ask() { printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 1 127.0.0.1 80 2>/dev/null | grep -q ready; }
end=$(($(cut -d. -f1 /proc/uptime) + $1))
late() { [ $(cut -d. -f1 /proc/uptime) -ge $end ]; }
ask && echo > /tmp/watching
while ask && ! late; do sleep 0.01; done
lost=0
until ask || late; do lost=$((lost + 1)); sleep 0.01; done
late && echo never || echo "$lost $(stamp)"
`;

type Policy = NonNullable<LabContainerOptions['restartPolicy']>['name'];

export default check(async ({ lab, finding, supporting, exhibit }) => {
  const rows: [Policy, number | null, number | null][] = [];
  /** A service is killed, as a crash would end it, while it is being asked: seconds without an answer. */
  const outage = async (name: Policy): Promise<number> => {
    // The network outlives the service: what is lost is lost by the service alone.
    await using network = await lab.container({ command: ['sleep', '600'] });
    await using service = await lab.container({
      network: { container: network },
      init: false,
      restartPolicy: { name },
      command: ['httpd', '-f', '-p', '80', '-h', '/srv/www'],
    });
    await network.exec(['sh', '-c', untilServed], { timeoutMs: 20_000 });
    const watching = network.exec(['sh', '-c', throughOutage, 'sh', String(patienceSeconds)], {
      timeoutMs: (patienceSeconds + 20) * 1000,
    });
    // An outage that nobody watched from its beginning would be taken for one that has not begun.
    await network.exec(['sh', '-c', 'until [ -e /tmp/watching ]; do sleep 0.02; done'], { timeoutMs: 20_000 });
    const watch = stopwatch();
    await lab.host.exec(['kill', '-KILL', String(service.pid)]);
    const { stdout } = await watching;
    const [, lost, stamp] = /^(\d+) (\d+)$/m.exec(stdout) ?? [];
    const seconds = stamp === undefined ? null : watch.secondsUntil(stamp);
    rows.push([name, seconds, lost === undefined ? null : Number(lost)]);
    return seconds ?? patienceSeconds;
  };
  const outages = (
    name: Policy,
    plan: { readonly atLeast: number; readonly atMost: number; readonly concurrency?: number },
  ) =>
    samples({
      subject: { label: `container, restart policy ${name}`, emulated: false },
      quantity: 'cost',
      unit: 's',
      clock: 'wall',
      warmups: 0,
      precision: null,
      ...plan,
      take: () => outage(name),
    });
  await finding('back-at-once', {
    // Two at once can only make each of them longer.
    measure: outages('always', { atLeast: 10, atMost: 20, concurrency: 2 }),
    controls: { 'no-policy': outages('no', { atLeast: 6, atMost: 6, concurrency: 6 }) },
  });

  const fitting = (name: Policy) =>
    amount(() => {
      const ended = rows.filter(([policy]) => policy === name).map(([, seconds]) => seconds ?? Infinity);
      return {
        subject: `failures that the budget of a year holds, each as long as the worst, restart policy ${name}`,
        value: Math.floor(yearlyBudget / Math.max(...ended)),
        unit: '1',
      };
    });
  await supporting('fits-five-nines', { measure: fitting('always'), controls: { 'no-policy': fitting('no') } });

  await exhibit({
    id: 'outages',
    title: 'Each outage',
    columns: ['Restart policy', 'Seconds until the first answer', 'Requests lost until then'],
    rows,
  });
});
