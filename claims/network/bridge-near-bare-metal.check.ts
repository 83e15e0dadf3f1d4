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
  type Subject,
} from '#verify';

/** Both ends of every path run here: what is compared is the work on the path, and not where its ends were put. */
const processor = 0;
const loopback = '127.0.0.1';

export default check(async ({ lab, finding, supporting }) => {
  // Client and server each in a group of their own, as containers are: switching between groups costs a little.
  const bare = async (netns: string | null) => besideBridges(await lab.bounded({ label: 'host' }), { netns });
  const serve = async (server: Subject) => {
    const end = await trafficEnd();
    await startPinned(server, end.script, processor);
    return end;
  };

  // Two cables between two places that know of no engine; one of them lets little through.
  const { near, far, cables } = await lab.cabled(2);
  const [cable, narrow] = cables;
  if (cable === undefined || narrow === undefined) throw new Error('Two cables were asked for.');
  await shape({ netns: near.path, device: narrow.nearDevice, bitsPerSecond: 4_000_000 });
  const farSide = await bare(far.path);
  const across = { client: await bare(near.path), server: farSide, address: cable.address, end: await serve(farSide) };

  const box = { cpusetCpus: String(processor) };
  const idle = ['sleep', '3600'];
  const containerEnd = await trafficEnd();
  const server = await lab.container({ ...box, command: ['sh', '-c', containerEnd.script] });
  const client = await lab.container({ ...box, command: idle });

  // On the host's own loopback: by programs of the host, and by programs in containers without a network of their own.
  const { netns } = lab.engine();
  const host = await bare(netns);
  const onHost = async (securityOpt: readonly string[]) => {
    const sharing = { ...box, network: 'host', securityOpt } as const;
    const end = await trafficEnd();
    return {
      client: await lab.container({ ...sharing, command: idle }),
      server: await lab.container({ ...sharing, command: ['sh', '-c', end.script] }),
      address: loopback,
      end,
    };
  };

  const paths = {
    host: { client: await bare(netns), server: host, address: loopback, end: await serve(host) },
    'host-network': await onHost([]),
    unfiltered: await onHost(['seccomp=unconfined']),
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
    unfiltered: native('the same, without the filter of system calls'),
    cable: native('plain cable'),
    again: native('plain cable, once more'),
    bridge: native('containers, default bridge'),
    limited: native('plain cable, limited'),
  };

  const cost = { quantity: 'cost', unit: 's' } as const;
  const rounds = { atLeast: 8, atMost: 8 };
  const trips = networkRungs<Place>(places, { ...cost, clock: 'wall', ...rounds }, (place) => {
    const { client: from, address, end } = paths[place];
    return roundTrips(from, [{ address, port: end.echoPort }], {
      cpu: processor,
      ...(place === 'limited' ? { count: 500 } : {}),
    });
  });
  await supporting('round-trips', { measure: trips.measure });
  const either = { limited: trips.pair('limited', 'cable'), again: trips.pair('again', 'cable') };
  await finding('bridge-latency', { measure: trips.pair('bridge', 'cable'), controls: either });
  await finding('host-network-latency', { measure: trips.pair('host-network', 'host'), controls: either });
  await supporting('unfiltered-latency', { measure: trips.pair('unfiltered', 'host'), controls: either });

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
        bytes: place === 'limited' ? kib(128) : mib(256),
        ...(place === 'small-writes' ? { writeBytes: kib(2) } : {}),
      });
      return [receivedBitsPerSecond, cpuSecondsPerByte];
    },
  );
  await supporting('throughput', { measure: bulk.measure });
  const eitherRate = { limited: bulk.pair('limited', 'cable'), again: bulk.pair('again', 'cable') };
  await finding('bridge-throughput', { measure: bulk.pair('bridge', 'cable'), controls: eitherRate });
  await finding('host-network-throughput', { measure: bulk.pair('host-network', 'host'), controls: eitherRate });
  const spent = (place: Place | 'small-writes', baseline: Place) => bulk.pairOf(perByte, 1, place, baseline);
  const eitherCost = { 'small-writes': spent('small-writes', 'cable'), again: spent('again', 'cable') };
  await finding('bridge-processor-time', { measure: spent('bridge', 'cable'), controls: eitherCost });
  await finding('host-network-processor-time', { measure: spent('host-network', 'host'), controls: eitherCost });
});
