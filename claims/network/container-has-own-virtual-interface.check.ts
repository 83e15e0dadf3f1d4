import { check, truth, values, type Container } from '#verify';

const count = 8;
/** A container that waits to be looked at. */
const idle = { image: 'bare', command: ['sleep', '600'] } as const;

export default check(async ({ lab, finding, exhibit }) => {
  const ownNetwork = await Promise.all(
    Array.from({ length: count }, (_, i) => lab.container({ ...idle, label: `container ${String(i + 1)}` })),
  );
  const [first] = ownNetwork;
  if (first === undefined) throw new Error('No container was started.');
  const hostNetwork = await lab.container({ ...idle, label: 'container, host network', network: 'host' });
  const borrowed = await Promise.all(
    ['first guest', 'second guest'].map((of) =>
      lab.container({ ...idle, label: `${of} in another's network`, network: { container: first } }),
    ),
  );

  /** Where the engine's containers are plugged in: its network namespace's interfaces, seen from its own process. */
  const bridge = await hostPeers(hostNetwork);

  await finding('cable', {
    measure: truth(() => everyOne(ownNetwork, (container) => cableOf(container, bridge))),
    controls: {
      'host-network': truth(() => everyOne([hostNetwork], (container) => cableOf(container, bridge))),
    },
  });

  const ends = (containers: readonly Container[]) =>
    values(() =>
      Promise.all(
        containers.map(async (container) => {
          const { hostIndex, address } = await interfaceOf(container);
          return { label: container.label, value: `${hostIndex} ${address}` };
        }),
      ),
    );
  await finding('one-each', { measure: ends(ownNetwork), controls: { 'in-anothers': ends([first, ...borrowed]) } });

  const rows = await Promise.all(
    [...ownNetwork, hostNetwork, ...borrowed].map(async (container) => {
      const { name, hostIndex, address } = await interfaceOf(container);
      const plug = bridge.get(hostIndex);
      return [container.label, name, address, hostIndex, plug?.name ?? 'none', plug?.master ?? 'none'];
    }),
  );
  await exhibit({
    id: 'cables',
    title: 'The first Ethernet interface that each container sees, and where its other end is',
    columns: ['Container', 'Interface', 'Hardware address', "Other end's number", "Other end's name", 'Plugged into'],
    rows,
  });
});

interface Interface {
  readonly name: string;
  /** Index of the other end, in whatever namespace that is: netdevice(7), /sys/class/net/<name>/iflink. */
  readonly hostIndex: string;
  readonly address: string;
}

const none: Interface = { name: 'none', hostIndex: 'none', address: 'none' };

/** The first interface with an Ethernet address that is no bridge: type 1 is ARPHRD_ETHER, loopback is 772. */
async function interfaceOf(container: Container): Promise<Interface> {
  const { stdout } = await container.exec([
    'sh',
    '-c',
    'cd /sys/class/net; for i in *; do [ "$(cat $i/type)" = 1 ] && [ ! -d $i/bridge ] && [ ! -d $i/brport ] && ' +
      'echo $i $(cat $i/iflink) $(cat $i/address); done; true',
  ]);
  const [line = ''] = stdout.trim().split('\n');
  const [name, hostIndex, address] = line.split(' ');
  return name === undefined || hostIndex === undefined || address === undefined ? none : { name, hostIndex, address };
}

interface Plug {
  readonly name: string;
  readonly master: string;
}

/** Index -> interface that is a port of a bridge, as a container in the engine's own network namespace sees them. */
async function hostPeers(inside: Container): Promise<ReadonlyMap<string, Plug>> {
  const { stdout } = await inside.exec([
    'sh',
    '-c',
    'cd /sys/class/net; for i in *; do [ -d $i/brport ] && ' +
      'echo $(cat $i/ifindex) $i $(basename $(readlink $i/master)); done; true',
  ]);
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => {
        const [index = '', name = '', master = ''] = line.split(' ');
        return [index, { name, master }];
      }),
  );
}

async function cableOf(container: Container, bridge: ReadonlyMap<string, Plug>) {
  const { name, hostIndex } = await interfaceOf(container);
  const plug = bridge.get(hostIndex);
  return plug === undefined
    ? { holds: false, says: `${container.label}: ${name} has no other end on a bridge of the host.` }
    : { holds: true, says: `${container.label}: ${name} ends in a port of ${plug.master}.` };
}

async function everyOne(
  containers: readonly Container[],
  look: (container: Container) => Promise<{ readonly holds: boolean; readonly says: string }>,
) {
  const seen = await Promise.all(containers.map(look));
  return { value: seen.every(({ holds }) => holds), saw: seen.map(({ says }) => says).join(' ') };
}
