import { check, truth, type Container, type EngineLab, type NetworkPlace } from '#verify';

const port = 31337;
/** On one machine an answer takes milliseconds, on a busy one longer; what is dropped is never answered. */
const patienceMs = 3_000;

/** Somebody who knocks, and the door: an address with a port. */
interface Knock {
  readonly lab: EngineLab;
  readonly from: NetworkPlace;
  readonly address: string;
  readonly port: number;
  readonly word: string;
}

export default check(async ({ lab, finding, exhibit }) => {
  const rows: [string, boolean, string][] = [];

  /** A container that answers on the port with a word, shown to be alive from inside. */
  const listener = async (on: EngineLab, options: Parameters<EngineLab['container']>[0] = {}) => {
    const word = lab.token();
    const container = await on.container({ image: 'bare', ...options, command: on.tokenServer(port, word) });
    await on.reachesWithin(20_000, { from: container, address: '127.0.0.1', port, expect: word });
    return { container, word, address: await container.address() };
  };
  const notReached = (name: string, knock: () => Promise<Knock>) =>
    truth(async () => {
      const { lab: on, from, word, ...door } = await knock();
      const { reached, because } = await on.reach({ from, ...door, expect: word, timeoutMs: patienceMs });
      rows.push([name, reached, because]);
      return { value: !reached, saw: reached ? 'It was reached: the word of this run came back.' : because };
    });
  /** Alive inside, and no longer on any network. */
  const disconnected = async (on: EngineLab, door: { container: Container }) => {
    await on.engine().docker.getNetwork('bridge').disconnect({ Container: door.container.id });
  };

  const network = await lab.network();
  const idle = { image: 'bare', command: ['sleep', '600'] } as const;
  const [door, published, neighbour, stranger, cutOff] = await Promise.all([
    listener(lab),
    listener(lab, { publish: [{ containerPort: port }] }),
    lab.container(idle),
    lab.container({ ...idle, network }),
    listener(lab),
  ]);
  await disconnected(lab, cutOff);
  const publishedPort = await published.container.publishedPort(port);
  const hostAddress = await lab.gateway();

  const doorFrom = (from: NetworkPlace) => () =>
    Promise.resolve({ lab, from, address: door.address, port, word: door.word });
  const cutOffFrom = (from: NetworkPlace) => () =>
    Promise.resolve({ lab, from, address: cutOff.address, port, word: cutOff.word });
  const publishedOnHost = () =>
    Promise.resolve({ lab, from: 'host' as const, address: hostAddress, port: publishedPort, word: published.word });

  await finding('from-host-to-container-address', {
    measure: notReached("host, at the container's address", doorFrom('host')),
    controls: {
      disconnected: notReached('control: host, container disconnected', cutOffFrom('host')),
      published: notReached('control: host, published port', publishedOnHost),
    },
  });
  await finding('from-host-addresses', {
    measure: notReached("host, at the host's address", () =>
      Promise.resolve({ lab, from: 'host', address: hostAddress, port, word: door.word }),
    ),
    controls: { published: notReached("control: host's address, published port", publishedOnHost) },
  });
  await finding('from-neighbour', {
    measure: notReached('container on the same bridge', doorFrom(neighbour)),
    controls: { disconnected: notReached('control: same bridge, container disconnected', cutOffFrom(neighbour)) },
  });
  await finding('from-other-network', {
    measure: notReached('container on another network', doorFrom(stranger)),
    controls: {
      joined: notReached('control: the same, joined to the first network', async () => {
        await lab.engine().docker.getNetwork('bridge').connect({ Container: stranger.id });
        return { lab, from: stranger, address: door.address, port, word: door.word };
      }),
    },
  });

  // Only beside an engine of our own may there be another machine and another policy of the packet filter.
  const own = lab.engine().private ? lab : await lab.privateEngine();
  const [outside, inner, innerPublished] = await Promise.all([
    own.peer(),
    listener(own),
    listener(own, { publish: [{ containerPort: port }] }),
  ]);
  const fromOutside = { lab: own, from: outside, address: inner.address, port, word: inner.word };
  {
    await using _dropping = await own.forwardPolicy('DROP');
    await finding('from-outside-dropping', {
      measure: notReached('another machine, host drops', () => Promise.resolve(fromOutside)),
      controls: {
        published: notReached('control: another machine, published port', async () => ({
          ...fromOutside,
          address: outside.hostAddress,
          port: await innerPublished.container.publishedPort(port),
          word: innerPublished.word,
        })),
      },
    });
  }
  await using _forwarding = await own.forwardPolicy('ACCEPT');
  await finding('from-outside-forwarding', {
    measure: notReached('another machine, host forwards', () => Promise.resolve(fromOutside)),
    controls: {
      disconnected: notReached('control: another machine, container disconnected', async () => {
        const away = await listener(own);
        await disconnected(own, away);
        return { ...fromOutside, address: away.address, word: away.word };
      }),
    },
  });

  await exhibit({
    id: 'vantage-points',
    title: 'Who reached the listener',
    columns: ['From', 'Reached', 'Because'],
    rows,
  });
});
