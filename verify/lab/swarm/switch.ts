import { randomBytes } from 'node:crypto';
import type { Engine } from '../engine/types.ts';
import { NotHereError } from '../errors.ts';
import { createNamespace, ip } from '../network/namespace.ts';

/** Engines' networks, plugged into one switch. Disposing it pulls all plugs. */
export interface Switch extends AsyncDisposable {
  /** In the order of the engines. */
  readonly addresses: readonly string[];
  /** Takes the cable of the engine with this index out of the switch. */
  unplug(index: number): Promise<void>;
}

/** Lays a cable from each private engine's network to a switch, which is a network namespace of its own. */
export async function connectEngines(engines: readonly Pick<Engine, 'netns' | 'runId'>[]): Promise<Switch> {
  const [first] = engines;
  if (first === undefined) {
    const nothing = () => Promise.resolve();
    return { addresses: [], unplug: nothing, [Symbol.asyncDispose]: nothing };
  }
  const space = await createNamespace(first.runId, 'switch');
  try {
    await ip('-n', space.name, 'link', 'add', 'lan', 'type', 'bridge');
    await ip('-n', space.name, 'link', 'set', 'lan', 'up');
    // 198.18.0.0/15 is set aside for tests of network devices (RFC 2544) and routed nowhere.
    const network = `198.19.${String(randomBytes(1)[0] ?? 0)}`;
    const addresses: string[] = [];
    for (const [index, { netns }] of engines.entries()) {
      if (netns === null) throw new NotHereError("Only private engines' networks can be given a cable.");
      const engine = netns.replace('/run/netns/', '');
      const [near, far, address] = ['to-switch', `engine${String(index)}`, `${network}.${String(index + 1)}`];
      await ip('link', 'add', near, 'netns', engine, 'type', 'veth', 'peer', 'name', far, 'netns', space.name);
      await ip('-n', space.name, 'link', 'set', far, 'master', 'lan', 'up');
      await ip('-n', engine, 'address', 'add', `${address}/24`, 'dev', near);
      await ip('-n', engine, 'link', 'set', near, 'up');
      addresses.push(address);
    }
    return {
      addresses,
      unplug: (index) => ip('-n', space.name, 'link', 'set', `engine${String(index)}`, 'down'),
      [Symbol.asyncDispose]: () => space[Symbol.asyncDispose](),
    };
  } catch (error) {
    await space[Symbol.asyncDispose]();
    throw error;
  }
}
