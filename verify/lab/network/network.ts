import { randomBytes } from 'node:crypto';
import type { Engine } from '../engine/types.ts';
import type { Network } from './types.ts';
import { LabError } from '../errors.ts';
import { ownName, runLabel } from '../places.ts';

export interface NetworkOptions {
  /** No way out, not even to other networks of the host. */
  readonly internal?: boolean;
  /** False: containers on it may not talk to one another. */
  readonly betweenContainers?: boolean;
  readonly subnet?: string;
  /** Options of the bridge driver. */
  readonly driverOptions?: Readonly<Record<string, string>>;
}

/** Makes a user-defined bridge network. */
export async function createNetwork(engine: Engine, options: NetworkOptions = {}): Promise<Network> {
  const name = `${ownName}-${randomBytes(4).toString('hex')}`;
  const network = await engine.docker.createNetwork({
    Name: name,
    Driver: 'bridge',
    Labels: { [runLabel]: engine.runId },
    Internal: options.internal ?? false,
    Options: {
      ...(options.betweenContainers === undefined
        ? {}
        : { 'com.docker.network.bridge.enable_icc': String(options.betweenContainers) }),
      ...options.driverOptions,
    },
    ...(options.subnet === undefined ? {} : { IPAM: { Driver: 'default', Config: [{ Subnet: options.subnet }] } }),
  });
  const { IPAM } = (await network.inspect()) as {
    readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string; readonly Gateway?: string }[] };
  };
  const pool = IPAM?.Config?.find(({ Subnet }) => Subnet?.includes('.') === true);
  if (pool?.Subnet === undefined) throw new LabError(`The engine gave network ${name} no IPv4 subnet.`);
  return {
    id: network.id,
    name,
    subnet: pool.Subnet,
    gateway: pool.Gateway?.split('/')[0] ?? '',
    [Symbol.asyncDispose]: async () => {
      await network.remove();
    },
  };
}
