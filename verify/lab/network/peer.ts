import { randomBytes } from 'node:crypto';
import type { Engine } from '../engine/types.ts';
import { createNamespace, ip } from './namespace.ts';
import type { Peer } from './types.ts';
import { NotHereError } from '../errors.ts';

/**
 * Another machine on the network of the engine's host, played by a namespace: a cable (veth pair) to the namespace of a
 * private engine, and a default route through it. Whether packets are passed on to containers is the engine's doing.
 */
export async function createPeer(engine: Engine): Promise<Peer> {
  if (engine.netns === null) {
    throw new NotHereError(
      "A machine beside the engine's host is played in a private engine's network only: nothing of this machine's network is changed.",
    );
  }
  const space = await createNamespace(engine.runId, 'another machine');
  try {
    // 198.18.0.0/15 is set aside for tests of network devices (RFC 2544) and routed nowhere.
    const third = String(randomBytes(1)[0] ?? 0);
    const [hostAddress, address] = [`198.18.${third}.1`, `198.18.${third}.2`];
    const [device, hostDevice] = ['eth0', `bc${randomBytes(4).toString('hex')}`];
    const host = engine.netns.replace('/run/netns/', '');
    await ip('link', 'add', hostDevice, 'netns', host, 'type', 'veth', 'peer', 'name', device, 'netns', space.name);
    await ip('-n', host, 'address', 'add', `${hostAddress}/24`, 'dev', hostDevice);
    await ip('-n', host, 'link', 'set', hostDevice, 'up');
    await ip('-n', space.name, 'address', 'add', `${address}/24`, 'dev', device);
    await ip('-n', space.name, 'link', 'set', device, 'up');
    await ip('-n', space.name, 'route', 'add', 'default', 'via', hostAddress);
    return { ...space, address, hostAddress, device, hostDevice };
  } catch (error) {
    await space[Symbol.asyncDispose]();
    throw error;
  }
}
