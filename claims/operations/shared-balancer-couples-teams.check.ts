import { amount, check, isAnswered, replay, startBalancer, steadyLoad, type Container, type LoadReport } from '#verify';

type Service = 'first' | 'second';

/** So many requests at once for both together, however they are shared out. */
const atOnce = 16;
const patienceMs = 2_000;
const everyMs = 20;
/** What is judged of the second service: a second and a half of its schedule. */
const judgedMs = 1_500;

type Arrangement = 'one queue' | 'spillover' | 'a balancer each';

export default check(async ({ lab, finding, exhibit }) => {
  const start = (service: Service): Promise<Container> =>
    lab.container({
      image: 'bare',
      command: [
        'sh',
        '-c',
        `mkdir /srv/www/${service}; cp /srv/www/index.html /srv/www/${service}; exec httpd -f -p 80 -h /srv/www`,
      ],
    });
  const rows: (string | number | null)[][] = [];

  /** What a client of the second service meets, while the first hangs or not. */
  const second = async (arrangement: Arrangement, hangs: boolean): Promise<LoadReport> => {
    await using first = await start('first');
    await using other = await start('second');
    const route = async (name: Service, box: Container) => ({
      name,
      servers: [await box.address()],
      ...(arrangement === 'spillover' ? { spillAt: atOnce / 2 } : {}),
    });
    const [routeFirst, routeSecond] = [await route('first', first), await route('second', other)];
    const apart = arrangement === 'a balancer each';
    const balancer = await startBalancer(lab, {
      atOnce: apart ? atOnce / 2 : atOnce,
      routes: apart ? [routeFirst] : [routeFirst, routeSecond],
    });
    const own = apart ? await startBalancer(lab, { atOnce: atOnce / 2, routes: [routeSecond] }) : balancer;
    const load = (service: Service, address: string) =>
      steadyLoad(lab.engine(), { address, port: 80, path: `/${service}/`, everyMs, patienceMs });
    const served = async (service: Service, address: string): Promise<void> => {
      await using once = await load(service, address);
      await once.until(isAnswered, `an answer of the ${service} service`, 20_000);
    };
    await served('first', balancer.address);
    await served('second', own.address);
    if (hangs) await first.pause();
    await using firstLoad = await load('first', balancer.address);
    // By the time that one of its requests is settled, a service that hangs has been sent all that fits.
    await firstLoad.until(
      ({ dueMs, status }) => !hangs || status === null || dueMs > patienceMs,
      'how the first fares',
      10_000,
    );
    await using secondLoad = await load('second', own.address);
    await secondLoad.until(({ dueMs }) => dueMs >= judgedMs, 'its schedule', 20_000);
    const [ofFirst, report] = [await firstLoad.stop(), await secondLoad.stop()];
    if (hangs) await first.unpause();
    const refused = ofFirst.requests.filter(({ status }) => status === 503).length;
    rows.push([arrangement, hangs ? 'hangs' : 'answers', report.sent, report.lost, refused]);
    return report;
  };
  const [together, queued, spilled, apart] = await Promise.all([
    second('one queue', false),
    second('one queue', true),
    second('spillover', true),
    second('a balancer each', true),
  ]);

  const lost = ({ sent, lost: missing }: LoadReport) =>
    amount(() => ({ subject: 'requests lost, of each hundred', value: (100 * missing) / sent, unit: '1' }));
  /** A request that is lost counts with the time that was waited for it, although it would be more. */
  const waits = ({ requests }: LoadReport) =>
    replay({ subject: { label: 'second service', emulated: false }, quantity: 'cost', unit: 's', clock: 'wall' }, () =>
      requests.map((asked) => (isAnswered(asked) ? (asked.answeredMs ?? patienceMs) : patienceMs) / 1000),
    );
  await finding('queue-loses', { measure: lost(queued), controls: { 'nobody-hangs': lost(together) } });
  await finding('queue-delays', { measure: waits(queued), controls: { 'nobody-hangs': waits(together) } });
  await finding('spillover-loses-none', { measure: lost(spilled), controls: { 'one-queue': lost(queued) } });
  await finding('spillover-in-time', { measure: waits(spilled), controls: { 'one-queue': waits(queued) } });
  await finding('apart-loses-none', { measure: lost(apart), controls: { 'one-queue': lost(queued) } });
  await finding('apart-in-time', { measure: waits(apart), controls: { 'one-queue': waits(queued) } });

  await exhibit({
    id: 'arrangements',
    title: 'The second service, by how it shares the balancer with the first',
    columns: ['Arrangement', 'The first', 'Requests to the second', 'Of these lost', 'Refused to the first at once'],
    rows,
  });
});
