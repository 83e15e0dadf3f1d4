import {
  besideBridges,
  check,
  iperf3Run,
  listens,
  kib,
  mib,
  networkRungs,
  roundTrips,
  shape,
  startPinned,
  trafficEnd,
} from '#verify';

/** Both ends of every path run here: what is compared is the work on the path, and not where its ends were put. */
const processor = 0;

export default check(async ({ lab, finding, supporting }) => {
  // Two cables between two places that know of no engine; one of them lets little through.
  const { near, far, cables } = await lab.cabled(2);
  const [cable, narrow] = cables;
  if (cable === undefined || narrow === undefined) throw new Error('Two cables were asked for.');
  await shape({ netns: near.path, device: narrow.nearDevice, bitsPerSecond: 20_000_000 });
  const farEnd = await trafficEnd();
  await startPinned(far, farEnd.script, processor);

  const box = { cpusetCpus: String(processor) };
  const idle = ['sleep', '3600'];
  const containerEnd = await trafficEnd();
  const server = await lab.container({ ...box, command: ['sh', '-c', containerEnd.script] });
  const client = await lab.container({ ...box, command: idle });

  // On the host's own loopback: once by programs of the host, once by programs in containers without a network of their own.
  const host = besideBridges(await lab.bounded({ label: 'host' }), lab.engine());
  const hostEnd = await trafficEnd();
  await startPinned(host, hostEnd.script, processor);
  const sharing = { ...box, network: 'host' } as const;
  const sharingEnd = await trafficEnd();
  const serverOnHost = await lab.container({ ...sharing, command: ['sh', '-c', sharingEnd.script] });
  const clientOnHost = await lab.container({ ...sharing, command: idle });

  const loopback = '127.0.0.1';
  const across = { client: near, server: far, address: cable.address, end: farEnd };
  const paths = {
    host: { client: host, server: host, address: loopback, end: hostEnd },
    'host-network': { client: clientOnHost, server: serverOnHost, address: loopback, end: sharingEnd },
    cable: across,
    again: across,
    bridge: { client, server, address: await server.address(), end: containerEnd },
    limited: { ...across, address: narrow.address },
  };
  type Place = keyof typeof paths;
  for (const { server: at, end } of Object.values(paths)) {
    await listens(at, end.echoPort);
    await listens(at, end.bulkPort);
  }
  const native = (label: string) => ({ label, emulated: false });
  const places = {
    host: native('host, loopback'),
    'host-network': native("containers in the host's network, loopback"),
    cable: native('plain cable'),
    again: native('plain cable, once more'),
    bridge: native('containers, default bridge'),
    limited: native('plain cable, limited'),
  };

  const cost = { quantity: 'cost', unit: 's' } as const;
  const rounds = { atLeast: 10, atMost: 10 };
  const trips = networkRungs<Place>(places, { ...cost, clock: 'wall', ...rounds }, (place) => {
    const { client: from, address, end } = paths[place];
    return roundTrips(from, [{ address, port: end.echoPort }], {
      cpu: processor,
      count: place === 'limited' ? 500 : 2000,
    });
  });
  await supporting('round-trips', { measure: trips.measure });
  const limited = trips.pair('limited', 'cable');
  await finding('bridge-latency', {
    measure: trips.pair('bridge', 'cable'),
    controls: { limited, again: trips.pair('again', 'cable') },
  });
  await finding('host-network-latency', { measure: trips.pair('host-network', 'host'), controls: { limited } });

  const rate = { quantity: 'rate', unit: 'bit/s', clock: 'wall' } as const;
  const perByte = { ...cost, clock: 'cpu' } as const;
  const bulk = networkRungs<Place | 'small-writes'>(
    { ...places, 'small-writes': native('plain cable, small writes') },
    { ...rate, ...rounds },
    async (place) => {
      const { client: from, address, end } = paths[place === 'small-writes' ? 'cable' : place];
      const { receivedBitsPerSecond, cpuSecondsPerByte } = await iperf3Run(from, {
        address,
        port: end.bulkPort,
        cpu: processor,
        bytes: place === 'limited' ? mib(1) : mib(256),
        ...(place === 'small-writes' ? { writeBytes: kib(2) } : {}),
      });
      return [receivedBitsPerSecond, cpuSecondsPerByte];
    },
  );
  await supporting('throughput', { measure: bulk.measure });
  const slower = bulk.pair('limited', 'cable');
  const smaller = bulk.pairOf(perByte, 1, 'small-writes', 'cable');
  await finding('bridge-throughput', {
    measure: bulk.pair('bridge', 'cable'),
    controls: { limited: slower, again: bulk.pair('again', 'cable') },
  });
  await finding('bridge-processor-time', {
    measure: bulk.pairOf(perByte, 1, 'bridge', 'cable'),
    controls: { 'small-writes': smaller, again: bulk.pairOf(perByte, 1, 'again', 'cable') },
  });
  await finding('host-network-throughput', {
    measure: bulk.pair('host-network', 'host'),
    controls: { limited: slower },
  });
  await finding('host-network-processor-time', {
    measure: bulk.pairOf(perByte, 1, 'host-network', 'host'),
    controls: { 'small-writes': smaller },
  });
});
