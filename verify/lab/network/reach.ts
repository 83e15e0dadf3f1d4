import { fileURLToPath } from 'node:url';
import type { Engine } from '../engine/types.ts';
import { reach, type Reach, type ReachRequest } from './connect.ts';
import { netnsOf, type NetworkPlace } from './place.ts';
import { NotHereError } from '../errors.ts';
import { hostSubject } from '../host/subject.ts';

export interface TcpReachOptions extends Omit<ReachRequest, 'timeoutMs'> {
  readonly from: NetworkPlace;
  /** Default 2,000. */
  readonly timeoutMs?: number;
}

const child = fileURLToPath(new URL('reach-child.ts', import.meta.url));

/**
 * Whether a port is reached from a place: by connecting to it there. The connecting program is the same everywhere; it
 * enters the place's network namespace, so the place needs no tools of its own.
 */
export async function tcpReach(engine: Pick<Engine, 'netns' | 'runId'>, options: TcpReachOptions): Promise<Reach> {
  const { from, timeoutMs = 2_000, ...target } = options;
  const request: ReachRequest = { ...target, timeoutMs };
  const netns = netnsOf(engine, from);
  if (netns === null) return reach(request);
  if (process.getuid?.() !== 0)
    throw new NotHereError("Entering a container's network from here needs root; run with sudo.");
  const host = hostSubject({ runId: engine.runId, netns });
  const { stdout } = await host.exec([process.execPath, child, JSON.stringify(request)], {
    timeoutMs: (target.withinMs ?? 0) + timeoutMs + 10_000,
    env: { NODE_OPTIONS: '' },
  });
  return JSON.parse(stdout) as Reach;
}
