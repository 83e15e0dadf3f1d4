import { randomBytes } from 'node:crypto';
import { createNamespace, ip } from './namespace.ts';
import type { Namespace } from './types.ts';

/** Two network namespaces that plain cables join, and nothing else: no bridge, no rule, no address translation. */
export interface Cabled extends AsyncDisposable {
  readonly near: Namespace;
  readonly far: Namespace;
  /** The far end of each cable: its device and its address, which the near end reaches. */
  readonly cables: readonly { readonly device: string; readonly nearDevice: string; readonly address: string }[];
}

/** Makes both and `count` cables (veth(4)) between them. Needs root on Linux. */
export async function createCabled(runId: string, count: number): Promise<Cabled> {
  const stack = new AsyncDisposableStack();
  try {
    const near = stack.use(await createNamespace(runId, 'host, plain cable'));
    const far = stack.use(await createNamespace(runId, 'host, far end of a plain cable'));
    // 198.18.0.0/15 is set aside for tests of network devices (RFC 2544) and routed nowhere.
    const third = randomBytes(1)[0] ?? 0;
    const cables = [];
    for (let index = 0; index < count; index += 1) {
      const [nearDevice, device] = [`near${String(index)}`, `far${String(index)}`];
      await ip('-n', near.name, 'link', 'add', nearDevice, 'type', 'veth', 'peer', 'name', device, 'netns', far.name);
      const ends = [
        { name: near.name, device: nearDevice, last: 4 * index + 1 },
        { name: far.name, device, last: 4 * index + 2 },
      ].map((end) => ({ ...end, address: `198.19.${String(third)}.${String(end.last)}` }));
      for (const end of ends) {
        await ip('-n', end.name, 'address', 'add', `${end.address}/30`, 'dev', end.device);
        await ip('-n', end.name, 'link', 'set', end.device, 'up');
      }
      cables.push({ device, nearDevice, address: ends[1]?.address ?? '' });
    }
    return { near, far, cables, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
