import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import type { Engine } from '../engine/types.ts';
import { LabError, NotHereError } from '../errors.ts';
import { ownName, runLabel } from '../places.ts';
import { connectEngines } from './switch.ts';
import { createService } from './service.ts';
import type { Swarm } from './types.ts';

export interface SwarmOptions {
  /** Further private engines, which join as workers. They need what images services are made of. */
  readonly workers?: readonly Engine[];
}

/** As much of the API's answers as is used here. */
interface ClusterInfo {
  readonly Swarm?: { readonly NodeID?: string };
}

interface ApiNode {
  readonly ID: string;
  readonly Status: { readonly State: string };
}

/**
 * Makes a private engine the manager of a cluster of its own. It ends with its engines.
 * @param idle services whose tasks do nothing, whatever they are told: one of the lies of `--sabotage`
 * @throws NotHereError for an engine of somebody else, which no experiment changes
 */
export async function startSwarm(manager: Engine, { workers = [] }: SwarmOptions = {}, idle = false): Promise<Swarm> {
  if (!manager.private) {
    throw new NotHereError('A cluster is made of private engines only: nobody else’s engine is changed.');
  }
  const lan = await connectEngines(workers.length === 0 ? [] : [manager, ...workers]);
  try {
    const own = lan.addresses[0] ?? '127.0.0.1';
    await manager.docker.swarmInit({
      ListenAddr: `${own}:2377`,
      AdvertiseAddr: own,
      // Engines are clocked: a node that is silent for three of these is lost.
      Spec: { Dispatcher: { HeartbeatPeriod: 1e9 } },
    });
    const { JoinTokens } = (await manager.docker.swarmInspect()) as {
      readonly JoinTokens: { readonly Worker: string };
    };
    for (const [index, worker] of workers.entries()) {
      const address = lan.addresses[index + 1] ?? '';
      await worker.docker.swarmJoin({
        ListenAddr: `${address}:2377`,
        AdvertiseAddr: address,
        RemoteAddrs: [`${own}:2377`],
        JoinToken: JoinTokens.Worker,
      });
    }
    const nodeIds = await Promise.all([manager, ...workers].map(nodeIdOf));
    const network = await createOverlay(manager);
    return {
      network,
      nodeIds,
      service: (options) => createService({ engines: [manager, ...workers], nodeIds, network, idle }, options),
      nodes: async () => {
        const all = (await manager.docker.listNodes()) as readonly ApiNode[];
        return all.map(({ ID, Status }) => ({ id: ID, state: Status.State }));
      },
      cutOff: (nodeId) => lan.unplug(nodeIds.indexOf(nodeId)),
      leave: async () => {
        await manager.docker.swarmLeave({ force: true });
      },
      setAvailability: (nodeId, availability) => setAvailability(manager.docker, nodeId, availability),
      [Symbol.asyncDispose]: () => lan[Symbol.asyncDispose](),
    };
  } catch (error) {
    await lan[Symbol.asyncDispose]();
    throw error;
  }
}

async function nodeIdOf({ docker }: Engine): Promise<string> {
  const { Swarm: cluster } = (await docker.info()) as ClusterInfo;
  if (cluster?.NodeID === undefined || cluster.NodeID === '') throw new LabError('An engine joined no cluster.');
  return cluster.NodeID;
}

async function createOverlay({ docker, runId }: Engine): Promise<Swarm['network']> {
  const name = `${ownName}-${randomBytes(4).toString('hex')}`;
  const network = await docker.createNetwork({
    Name: name,
    Driver: 'overlay',
    Attachable: true,
    Labels: { [runLabel]: runId },
  });
  const { IPAM } = (await network.inspect()) as {
    readonly IPAM?: { readonly Config?: readonly { readonly Subnet: string; readonly Gateway: string }[] | null };
  };
  return {
    id: network.id,
    name,
    subnet: IPAM?.Config?.[0]?.Subnet ?? '',
    gateway: IPAM?.Config?.[0]?.Gateway ?? '',
    [Symbol.asyncDispose]: async () => {
      await network.remove();
    },
  };
}

async function setAvailability(docker: Docker, nodeId: string, availability: 'active' | 'drain'): Promise<void> {
  const node = docker.getNode(nodeId);
  const { Version, Spec } = (await node.inspect()) as { readonly Version: { Index: number }; readonly Spec: object };
  await node.update({ version: Version.Index, ...Spec, Availability: availability });
}
