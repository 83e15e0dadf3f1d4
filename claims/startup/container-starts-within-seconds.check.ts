import { check, replay, samples, stopwatch, type Container } from '#verify';

/** From 29 on the highest of all lies above the 90th percentile with 95% confidence. */
const enough = 29;

/** The distribution's nginx, with a page to serve. */
const serve = (page: string) =>
  `mkdir -p /var/www/html; echo ${page} > /var/www/html/index.html; exec nginx -g 'daemon off;'`;

/** A container whose server is asked for its page, since the create request. */
interface Started {
  readonly page: string;
  readonly watch: ReturnType<typeof stopwatch>;
  readonly container: Container;
}

export default check(async ({ lab, finding }) => {
  const image = await lab.image('full');
  const start = async (first = ''): Promise<Started> => {
    const page = lab.token();
    const watch = stopwatch();
    const container = await lab.container({ image, command: ['sh', '-c', first + serve(page)] });
    return { page, watch, container };
  };
  const untilAnswer = async ({ page, watch, container }: Started): Promise<number> => {
    await using _removed = container;
    await lab.reachesWithin(60_000, {
      from: 'host',
      address: await container.address(),
      port: 80,
      send: 'GET / HTTP/1.0\r\n\r\n',
      expect: page,
    });
    return watch.seconds();
  };

  // Begun first: what loads sleeps, and nobody asks it before it is done; the others are started meanwhile.
  const busy = await Promise.all(Array.from({ length: enough }, () => start('sleep 11; echo loaded; ')));
  const loaded = Promise.all(
    busy.map(async (started) => {
      await started.container.waitForOutput('loaded');
      return untilAnswer(started);
    }),
  );
  // Whoever needs it hears of a failure; nobody may.
  loaded.catch(() => undefined);

  const kind = {
    subject: { label: 'container', emulated: false },
    quantity: 'cost',
    unit: 's',
    clock: 'wall',
  } as const;
  await finding('first-answer', {
    measure: samples({
      ...kind,
      atLeast: enough,
      atMost: enough,
      // Two at once can only make each of them slower.
      concurrency: 2,
      take: async () => untilAnswer(await start()),
    }),
    controls: { 'loads-first': replay(kind, () => loaded) },
  });
});
