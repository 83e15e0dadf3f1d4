import { idle } from './idle-lab.ts';
import { createContainer, runContainer } from '../lab/container/create.ts';
import { runToCompletion } from '../lab/container/run-to-completion.ts';
import type { CompletedRun, Container, ContainerOptions, CreatedContainer } from '../lab/container/types.ts';
import { commitContainer } from '../lab/engine/commit.ts';
import { buildImage, type BuildImageOptions, type BuiltImage } from '../lab/engine/build.ts';
import { imageFromFiles, importTree, type ScratchImageOptions } from '../lab/engine/image.ts';
import type { Engine, Image } from '../lab/engine/types.ts';
import { LabError } from '../lab/errors.ts';
import { withForwardPolicy, type ForwardPolicy } from '../lab/network/forward.ts';
import { createBridgeTap, type BridgeTap } from '../lab/network/bridge-tap.ts';
import { createNetwork, type NetworkOptions } from '../lab/network/network.ts';
import { createPeer } from '../lab/network/peer.ts';
import { netnsOf } from '../lab/network/place.ts';
import { tcpReach, type TcpReachOptions } from '../lab/network/reach.ts';
import { shape } from '../lab/network/shape.ts';
import { tokenServer } from '../lab/network/token-server.ts';
import type { Reach } from '../lab/network/connect.ts';
import type { Network, Peer } from '../lab/network/types.ts';
import { cacheRoot } from '../lab/places.ts';
import { buildTree, type TreeName } from '../lab/rootfs/tree.ts';
import { startSwarm, type SwarmOptions } from '../lab/swarm/swarm.ts';
import type { Swarm } from '../lab/swarm/types.ts';

/** As in the lab, with a tree's name in place of an image: `bare`, `minimal` (default) or `full`. */
export type LabContainerOptions = Omit<ContainerOptions, 'image'> & { readonly image?: Image | TreeName };

/** What can be made on one engine. */
export interface EngineLab {
  /** The engine itself. @throws NotHereError where there is none. */
  engine(): Engine;
  /** The root file system of that name as an image of this engine. */
  image(tree: TreeName): Promise<Image>;
  /** Builds an image on top of a tree, by the engine's own builder. */
  builtImage(options: Omit<BuildImageOptions, 'from'> & { readonly from: TreeName }): Promise<BuiltImage>;
  /** An image of these files and nothing else. */
  scratchImage(options: ScratchImageOptions): Promise<Image>;
  /** What is in a container now, as an image. */
  committed(container: Pick<Container, 'id'>): Promise<Image>;
  container(options?: LabContainerOptions): Promise<Container>;
  createdContainer(options?: LabContainerOptions): Promise<CreatedContainer>;
  /** Runs a container to its end, and removes it. */
  complete(options?: LabContainerOptions): Promise<CompletedRun>;
  network(options?: NetworkOptions): Promise<Network>;
  /** Makes this engine, a private one, the manager of a cluster of its own. */
  swarm(options?: SwarmOptions): Promise<Swarm>;
  /** Address of the engine's host on the default bridge. */
  gateway(): Promise<string>;
  /** A machine beside the engine's host, which routes to containers through it. Private engines only. */
  peer(): Promise<Peer>;
  /** A network card for a guest on the default bridge, beside the containers. Private engines only. */
  bridgeTap(): Promise<BridgeTap>;
  forwardPolicy(policy: ForwardPolicy): Promise<AsyncDisposable>;
  /** Limits what leaves the container's only network interface. */
  shape(container: Container, limit: { readonly bitsPerSecond: number }): Promise<AsyncDisposable>;
  /** Command of a server that answers every connection with the word. */
  tokenServer(port: number, word: string): string[];
  /** One attempt to reach a port from a place. */
  reach(options: TcpReachOptions): Promise<Reach>;
  /** Attempts until it is reached. @throws LabError where it is not, within the time. */
  reachesWithin(milliseconds: number, options: TcpReachOptions): Promise<void>;
}

/** @param keep takes what is made, so that it is removed at the latest with the lab */
export function engineLab(
  engine: () => Engine,
  keep: <T extends AsyncDisposable>(thing: T) => T,
  lying: boolean,
): EngineLab {
  const images = new Map<TreeName, Promise<Image>>();
  const image = (tree: TreeName): Promise<Image> => {
    const known = images.get(tree);
    if (known !== undefined) return known;
    const made = buildTree(tree, { cacheRoot: cacheRoot() }).then((built) => importTree(engine(), built));
    images.set(tree, made);
    return made;
  };
  const withImage = async ({
    image: wanted = 'minimal',
    ...options
  }: LabContainerOptions): Promise<ContainerOptions> => ({
    ...options,
    image: typeof wanted === 'string' ? await image(wanted) : wanted,
  });
  return {
    engine,
    image,
    builtImage: async ({ from, ...options }) => buildImage(engine(), { ...options, from: await image(from) }),
    scratchImage: (options) => imageFromFiles(engine(), options),
    committed: (container) => commitContainer(engine(), container),
    container: async (options = {}) => {
      // A lab that lies starts programs that do nothing in place of those that were asked for.
      const told = lying ? { ...options, command: ['sleep', '3600'] } : options;
      const container = keep(await runContainer(engine(), await withImage(told)));
      return lying ? idle(container) : container;
    },
    createdContainer: async (options = {}) => {
      const told = lying ? { ...options, command: ['true'] } : options;
      return keep(await createContainer(engine(), await withImage(told)));
    },
    complete: async (options = {}) =>
      lying
        ? { exitCode: 0, oomKilled: false, stdout: '', stderr: '', durationMs: 0 }
        : await runToCompletion(engine(), await withImage(options)),
    network: async (options) => keep(await createNetwork(engine(), options)),
    swarm: async (options) => keep(await startSwarm(engine(), options, lying)),
    gateway: () => gatewayOf(engine()),
    peer: async () => keep(await createPeer(engine())),
    bridgeTap: async () => keep(await createBridgeTap(engine())),
    forwardPolicy: async (policy) => keep(await withForwardPolicy(engine(), policy)),
    shape: async (container, { bitsPerSecond }) => {
      const netns = netnsOf(engine(), container);
      if (netns === null) throw new LabError(`The ${container.label} has no network of its own to shape.`);
      return keep(await shape({ netns, device: 'eth0', bitsPerSecond }));
    },
    tokenServer,
    reach: (options) => tcpReach(engine(), options),
    reachesWithin: (milliseconds, options) => reachesWithin(engine(), milliseconds, options),
  };
}

async function gatewayOf(engine: Engine): Promise<string> {
  const { IPAM } = (await engine.docker.getNetwork('bridge').inspect()) as {
    readonly IPAM?: { readonly Config?: readonly { readonly Gateway?: string }[] };
  };
  const gateway = IPAM?.Config?.[0]?.Gateway;
  if (gateway === undefined) throw new LabError("The engine's default bridge has no address of its own.");
  return gateway;
}

async function reachesWithin(engine: Engine, milliseconds: number, options: TcpReachOptions): Promise<void> {
  const { reached, because } = await tcpReach(engine, { ...options, withinMs: milliseconds });
  if (reached) return;
  throw new LabError(
    `The listener on port ${String(options.port)} did not answer within ${String(milliseconds)} ms: ${because}. ` +
      'Nothing can be said of who else reaches it.',
  );
}
