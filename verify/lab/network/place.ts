import type { Engine } from '../engine/types.ts';
import type { Container } from '../container/types.ts';
import type { Namespace } from './types.ts';

/** From where on the network: the engine's host, a container, or a namespace of the lab. */
export type NetworkPlace = 'host' | Container | Namespace;

/** Path of the place's network namespace; null for this machine's own. */
export function netnsOf(engine: Pick<Engine, 'netns'>, place: NetworkPlace): string | null {
  if (place === 'host') return engine.netns;
  return place.kind === 'container' ? `/proc/${String(place.pid)}/ns/net` : place.path;
}
