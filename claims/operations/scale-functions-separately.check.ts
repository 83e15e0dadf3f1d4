import {
  amounts,
  check,
  isAnswered,
  mib,
  replay,
  startBalancer,
  steadyLoad,
  usageOfProcess,
  type Container,
  type LoadReport,
} from '#verify';

type Service = 'first' | 'second';
type Instances = Readonly<Record<Service, readonly Container[]>>;

const heldBytes = mib(32);
/** Between requests to the first service; the second is asked far less often. */
const everyMs = 40;
const easeMs = 8 * everyMs;
const patienceMs = 3_000;
/** By then a queue has grown, where one grows; what is asked from then on is judged. */
const rampMs = 1_600;
const endMs = 3_200;
/** So many times what one instance can do is asked of the first service. */
const overload = 2.5;
const scaled = 4;

/** Each answer costs the same work. The service keeps something in memory besides. */
const serve = (service: Service): string => `
mkdir -p /srv/www/cgi-bin
cat > /srv/www/cgi-bin/${service} <<'end'
#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
head -c 2000000 /dev/zero | sha256sum
end
chmod +x /srv/www/cgi-bin/${service}
head -c ${String(heldBytes)} /dev/zero > /held/data
exec httpd -f -p 80 -h /srv/www`;

export default check(async ({ lab, finding, exhibit }) => {
  const start = async (service: Service, cpus?: number): Promise<Container> => {
    const box = await lab.container({
      image: 'bare',
      tmpfs: { '/held': 'size=64m' },
      command: ['sh', '-c', serve(service)],
      ...(cpus === undefined ? {} : { cpus }),
    });
    await box.exec(['sh', '-c', 'until nc 127.0.0.1 80 </dev/null; do usleep 10000; done'], { timeoutMs: 20_000 });
    return box;
  };
  const asking = (address: string, service: Service, pace: number) =>
    steadyLoad(lab.engine(), { address, port: 80, path: `/cgi-bin/${service}`, everyMs: pace, patienceMs });
  const rows: (string | number)[][] = [];

  /** How the first service fares with these instances, each with the same quota of processor time. */
  const fares = async (what: string, instances: Instances): Promise<LoadReport> => {
    const servers = (service: Service) => Promise.all(instances[service].map((box) => box.address()));
    const route = async (name: Service) => ({ name, path: `/cgi-bin/${name}`, servers: await servers(name) });
    const routes = [await route('first'), await route('second')];
    const { address } = await startBalancer(lab, { atOnce: 1_000, routes });
    await using second = await asking(address, 'second', easeMs);
    await using first = await asking(address, 'first', everyMs);
    await first.until(({ dueMs }) => dueMs >= endMs, 'its schedule', 20_000);
    const [ofFirst, ofSecond] = [await first.stop(), await second.stop()];
    const size = `${String(instances.first.length)} and ${String(instances.second.length)}`;
    rows.push([what, size, ofFirst.sent, ofFirst.lost, ofSecond.sent, ofSecond.lost]);
    return ofFirst;
  };
  const held = (boxes: readonly Container[]): number =>
    boxes.reduce((sum, { pid }) => sum + usageOfProcess(pid).memoryBytes, 0);

  // What an answer costs here, so that one quota fits any machine.
  const unlimited = await start('first');
  const before = usageOfProcess(unlimited.pid).cpuSeconds;
  await using probing = await asking(await unlimited.address(), 'first', 2 * everyMs);
  await probing.until(({ dueMs }) => dueMs >= 1_000, 'what an answer costs', 20_000);
  const { answered } = await probing.stop();
  const costSeconds = (usageOfProcess(unlimited.pid).cpuSeconds - before) / answered;
  const cpus = costSeconds / (everyMs / 1000) / overload;
  const several = (service: Service, count: number) =>
    Promise.all(Array.from({ length: count }, () => start(service, cpus)));

  // Each experiment has a first service of its own: the last one's may still be at work on what nobody waits for any more.
  const [first, firstAgain, moreFirst, second, furtherSecond] = await Promise.all([
    several('first', 1),
    several('first', 1),
    several('first', scaled),
    several('second', 1),
    several('second', scaled - 1),
  ]);
  const moreSecond = [...second, ...furtherSecond];
  // Side by side: what an instance may use is its quota, and no less because others have theirs.
  const [single, wrong] = await Promise.all([
    fares('as it was', { first, second }),
    fares('the other one scaled', { first: firstAgain, second: moreSecond }),
  ]);
  const [secondBefore, secondScaled] = [held(second), held(moreSecond)];
  await Promise.all(furtherSecond.map((box) => box.stop()));
  const right = await fares('the saturated one scaled', { first: moreFirst, second });

  /** A request that is lost counts with the time that was waited for it, although it would be more. */
  const waits = ({ requests }: LoadReport) =>
    replay({ subject: { label: 'first service', emulated: false }, quantity: 'cost', unit: 's', clock: 'wall' }, () =>
      requests
        .filter(({ dueMs }) => dueMs >= rampMs)
        .map((asked) => (isAnswered(asked) ? (asked.answeredMs ?? patienceMs) : patienceMs) / 1000),
    );
  await finding('restored', {
    measure: waits(right),
    controls: { 'as-it-was': waits(single), 'other-scaled': waits(wrong) },
  });
  const compared = (now: number) =>
    amounts(() => ({
      subject: { label: 'all its containers, afterwards', value: now },
      baseline: { label: 'before', value: secondBefore },
      unit: 'B',
    }));
  await finding('other-left-alone', {
    measure: compared(held(second)),
    controls: { 'other-scaled': compared(secondScaled) },
  });

  await exhibit({
    id: 'instances',
    title: 'Two services, of which the first is asked for more than one instance can do',
    columns: ['Instances', 'First and second', 'Requests to the first', 'Lost', 'Requests to the second', 'Lost'],
    rows,
  });
});
