import { besideBridges, check, echoServer, freePort, listens, networkRungs, roundTrips, startPinned } from '#verify';

/** Both ends of every path run here: what is compared is the work on the path, and not where its ends were put. */
const processor = 0;
const loopback = '127.0.0.1';

export default check(async ({ lab, finding, supporting }) => {
  const { netns } = lab.engine();
  // Client and servers each in a group of their own, as containers are: switching between groups costs a little.
  const onHost = async () => besideBridges(await lab.bounded({ label: 'host' }), { netns });
  const [client, hostServer] = [await onHost(), await onHost()];
  const hostPort = await freePort();
  await startPinned(hostServer, `exec ${echoServer(hostPort).join(' ')}`, processor);

  const box = { cpusetCpus: String(processor) };
  const sharedPort = await freePort();
  const sharing = await lab.container({ ...box, network: 'host', command: echoServer(sharedPort) });
  const port = await freePort();
  const bridged = { ...box, command: echoServer(port) };
  const server = await lab.container({ ...bridged, publish: [{ containerPort: port }] });
  const published = await server.publishedPort(port);
  const narrow = await lab.container(bridged);
  await lab.shape(narrow, { bitsPerSecond: 4_000_000 });
  const servers = [
    [hostServer, hostPort],
    [sharing, sharedPort],
    [server, port],
    [narrow, port],
  ] as const;
  for (const [at, number] of servers) await listens(at, number);

  const bridge = { address: await server.address(), port };
  const host = { address: loopback, port: hostPort };
  const targets = {
    host,
    'host-again': host,
    'host-network': { address: loopback, port: sharedPort },
    bridge,
    'bridge-again': bridge,
    nat: { address: await lab.gateway(), port: published },
    // For the host's own loopback address there is no translation: a program of the engine passes the bytes on.
    proxy: { address: loopback, port: published },
    limited: { address: await narrow.address(), port },
  };
  type Place = keyof typeof targets;
  const native = (label: string) => ({ label, emulated: false });
  const places: Record<Place, ReturnType<typeof native>> = {
    host: native('host'),
    'host-again': native('host, once more'),
    'host-network': native("container in the host's network"),
    bridge: native('container on the bridge'),
    'bridge-again': native('container on the bridge, once more'),
    nat: native('published port, address translation'),
    proxy: native("published port, the engine's proxy"),
    limited: native('container on the bridge, its link limited'),
  };

  // All places in one go of the instrument, every second time backwards.
  let names = Object.keys(targets) as Place[];
  const round = new Map<Place, number>();
  const rungs = networkRungs(
    places,
    { quantity: 'cost', unit: 's', clock: 'wall', atLeast: 8, atMost: 8 },
    async (place) => {
      if (!round.has(place)) {
        names = names.toReversed();
        const medians = await roundTrips(
          client,
          names.map((name) => targets[name]),
          { cpu: processor, count: 1000 },
        );
        for (const [index, name] of names.entries()) round.set(name, medians[index] ?? NaN);
      }
      const seconds = round.get(place) ?? NaN;
      round.delete(place);
      return [seconds];
    },
  );
  await supporting('ladder', { measure: rungs.measure });

  const { pair } = rungs;
  await finding('no-hop', {
    measure: pair('host-network', 'host'),
    controls: { again: pair('host-again', 'host'), limited: pair('limited', 'host') },
  });
  await finding('hop', {
    measure: pair('bridge', 'host'),
    controls: { again: pair('host-again', 'host'), limited: pair('limited', 'host') },
  });
  await finding('translation', {
    measure: pair('nat', 'bridge'),
    controls: { again: pair('bridge-again', 'bridge'), limited: pair('limited', 'bridge') },
  });
  await finding('order', {
    measure: rungs.steps(['host-network', 'bridge', 'nat', 'proxy']),
    controls: { limited: rungs.steps(['host-network', 'limited', 'nat', 'proxy']) },
  });
});
