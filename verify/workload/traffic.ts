import { freePort } from '../lab/network/free-port.ts';
import type { Engine } from '../lab/engine/types.ts';
import type { Subject } from '../lab/subject.ts';
import { iperf3Server } from './iperf3.ts';
import { echoServer } from './round-trips.ts';

/** What listens at one end: an echo server for round trips, and iperf3's for bulk. */
export interface TrafficEnd {
  readonly echoPort: number;
  readonly bulkPort: number;
  /** Shell script that serves both until it is ended. */
  readonly script: string;
}

export async function trafficEnd(): Promise<TrafficEnd> {
  const [echoPort, bulkPort] = [await freePort(), await freePort()];
  const script = `${echoServer(echoPort).join(' ')} & exec ${iperf3Server(bulkPort).join(' ')}`;
  return { echoPort, bulkPort, script };
}

/**
 * The subject, which must share this machine's files and processes, inside the network in which the engine's bridges
 * are: there it is the host of its containers.
 */
export function besideBridges(subject: Subject, engine: Pick<Engine, 'netns'>): Subject {
  const enter = engine.netns === null ? [] : ['nsenter', `--net=${engine.netns}`, '--'];
  return { ...subject, exec: (command, options) => subject.exec([...enter, ...command], options) };
}
