import { check, samples, stopwatch } from '#verify';

/** The distribution's nginx, with a page to serve. */
const serve = (page: string) =>
  `mkdir -p /var/www/html; echo ${page} > /var/www/html/index.html; exec nginx -g 'daemon off;'`;

export default check(async ({ lab, finding }) => {
  const image = await lab.image('full');
  const untilAnswer = async (first = ''): Promise<number> => {
    const page = lab.token();
    const watch = stopwatch();
    await using container = await lab.container({ image, command: ['sh', '-c', first + serve(page)] });
    await lab.reachesWithin(60_000, {
      from: 'host',
      address: await container.address(),
      port: 80,
      send: 'GET / HTTP/1.0\r\n\r\n',
      expect: page,
    });
    return watch.seconds();
  };
  // From 29 on the highest of all lies above the 90th percentile with 95% confidence.
  const plan = {
    subject: { label: 'container', emulated: false },
    quantity: 'cost',
    unit: 's',
    clock: 'wall',
    atLeast: 29,
    atMost: 29,
  } as const;
  await finding('first-answer', {
    measure: samples({ ...plan, take: () => untilAnswer() }),
    controls: {
      'loads-first': samples({ ...plan, warmups: 0, concurrency: 29, take: () => untilAnswer('sleep 11; ') }),
    },
  });
});
