import type { Container, ContainerOptions } from '../lab/container/types.ts';
import type { Engine, Image } from '../lab/engine/types.ts';
import type { Network } from '../lab/network/types.ts';
import type { SwarmOptions } from '../lab/swarm/swarm.ts';
import type { Swarm, SwarmService, SwarmTask } from '../lab/swarm/types.ts';
import { LabError } from '../lab/errors.ts';
import { until } from '../lab/wait.ts';
import { firstAnswers, instanceIn, whoPath } from './instances.ts';
import { steadyLoad, type SteadyLoad } from './steady-load.ts';

/** As much of a private engine's lab as a cluster is made with. */
interface Maker {
  engine(): Pick<Engine, 'runId'>;
  swarm(options?: SwarmOptions): Promise<Swarm>;
  image(tree: 'bare'): Promise<Image>;
  container(
    options: Omit<ContainerOptions, 'image'> & { readonly image: 'bare'; readonly network: Network },
  ): Promise<Pick<Container, 'pid'>>;
}

/** A cluster with a client on its network. */
export interface SwarmStand {
  readonly swarm: Swarm;
  /** Of the bare tree: for naming servers. */
  readonly image: Image;
  /** Asks a service's instances in turn, as the cluster's own name service lists them. */
  readonly ask: (service: Pick<SwarmService, 'name'>, schedule?: { readonly everyMs?: number }) => Promise<SteadyLoad>;
  /** Waits until a naming server answers from each of the service's replicas. @throws LabError where one does not */
  readonly untilAllAnswer: (service: Pick<SwarmService, 'name' | 'replicas'>) => Promise<void>;
}

/** The name service that every container of the cluster is given. */
const nameServer = '127.0.0.11';

export async function swarmStand(own: Maker, options?: SwarmOptions): Promise<SwarmStand> {
  const swarm = await own.swarm(options);
  const image = await own.image('bare');
  const client = await own.container({ image: 'bare', network: swarm.network, command: ['sleep', '600'] });
  const place = { runId: own.engine().runId, netns: `/proc/${String(client.pid)}/ns/net` };
  const ask: SwarmStand['ask'] = ({ name }, { everyMs = 10 } = {}) =>
    steadyLoad(place, { address: name, nameServer, port: 80, path: whoPath, everyMs, patienceMs: 5_000 });
  return {
    swarm,
    image,
    ask,
    untilAllAnswer: async (service) => {
      const [replicas, withinMs] = [await service.replicas(), 60_000];
      await using load = await ask(service);
      const { size } = await firstAnswers(load, replicas, { withinMs });
      if (size >= replicas) return;
      const seconds = String(withinMs / 1000);
      throw new LabError(`Of a service's ${String(replicas)} replicas, ${String(size)} answered within ${seconds} s.`);
    },
  };
}

/** Names of the instances that answer in the next so many milliseconds. */
export async function answeringFor(load: SteadyLoad, windowMs: number): Promise<ReadonlySet<string>> {
  const { dueMs: fromMs } = await load.next();
  const names = new Set<string>();
  await load.until(
    (asked) => {
      const instance = instanceIn(asked);
      if (instance !== null && asked.dueMs > fromMs) names.add(instance.name);
      return asked.dueMs >= fromMs + windowMs;
    },
    'the end of a window of time',
    windowMs + 30_000,
  );
  return names;
}

/** Polls what the orchestrator says of a service's tasks. @throws LabError where it never is so */
export async function untilTasks(
  service: Pick<SwarmService, 'tasks'>,
  are: (tasks: readonly SwarmTask[]) => boolean,
  { what, timeoutMs }: { readonly what: string; readonly timeoutMs: number },
): Promise<readonly SwarmTask[]> {
  let tasks: readonly SwarmTask[] = [];
  if (await until(async () => are((tasks = await service.tasks())), timeoutMs)) return tasks;
  const states = tasks.map(({ slot, state, message }) => `${String(slot)} ${state} (${message})`);
  throw new LabError(`The cluster's tasks never were ${what} within ${String(timeoutMs)} ms: ${states.join('; ')}`);
}

/** Waits until an update has ended, one way or another, and returns how. @throws LabError where it goes on */
export async function untilUpdated(service: Pick<SwarmService, 'updateState'>, timeoutMs: number): Promise<string> {
  let state = '';
  const ended = async (): Promise<boolean> => {
    state = await service.updateState();
    return !['', 'updating', 'rollback_started'].includes(state);
  };
  if (await until(ended, timeoutMs)) return state;
  throw new LabError(`An update has not ended within ${String(timeoutMs)} ms; its state is "${state}".`);
}

export const running = (tasks: readonly SwarmTask[]): readonly SwarmTask[] =>
  tasks.filter(({ state, desired }) => state === 'running' && desired === 'running');

/** Whether each task is as it is wanted: none is on its way (such a one is wanted `ready` first), none is still to go. */
export const asWanted = (tasks: readonly SwarmTask[]): boolean =>
  tasks.every(({ state, desired }) =>
    desired === 'running' ? state === 'running' : desired !== 'ready' && state !== 'running',
  );

/**
 * Waits until a service has so many instances again that answer, other than those that were lost; or until its
 * orchestrator has been content with fewer for two seconds. Returns how many have answered since.
 */
export async function untilRestored(
  service: Pick<SwarmService, 'tasks'>,
  load: SteadyLoad,
  wanted: { readonly instances: number; readonly lost: readonly SwarmTask[]; readonly sinceMs: number },
): Promise<number> {
  // A container's host name is the beginning of its id.
  const except = new Set(wanted.lost.map(({ containerId }) => containerId?.slice(0, 12) ?? ''));
  const deadline = performance.now() + 60_000;
  let contentSince: number | null = null;
  for (;;) {
    const { size } = await firstAnswers(load, wanted.instances, { withinMs: 250, sinceMs: wanted.sinceMs, except });
    const tasks = await service.tasks();
    const isLost = ({ id }: SwarmTask): boolean => wanted.lost.some((lost) => lost.id === id);
    // Of a node that is cut off nobody knows whether its tasks still run.
    const isQuiet = !running(tasks).some(isLost) && asWanted(tasks.filter((task) => !isLost(task)));
    contentSince = isQuiet ? (contentSince ?? performance.now()) : null;
    const content = contentSince !== null && performance.now() - contentSince > 2_000;
    if (size >= wanted.instances || content || performance.now() > deadline) return size;
  }
}
