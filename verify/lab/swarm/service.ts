import { randomBytes } from 'node:crypto';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { Engine } from '../engine/types.ts';
import { LabError } from '../errors.ts';
import type { ServiceOptions, Swarm, SwarmService, SwarmTask } from './types.ts';

export interface Cluster extends Pick<Swarm, 'network' | 'nodeIds'> {
  /** In the order of the node ids; the first manages. */
  readonly engines: readonly Engine[];
  readonly idle: boolean;
}

/** As much of a task as is read; field names are the API's (docs.docker.com, Engine API v1.41, Task). */
interface ApiTask {
  readonly ID: string;
  readonly Slot?: number;
  readonly NodeID?: string;
  readonly DesiredState: string;
  readonly Status: {
    readonly State: string;
    readonly Message?: string;
    readonly Err?: string;
    readonly ContainerStatus?: { readonly ContainerID?: string; readonly PID?: number };
  };
}

interface ApiService {
  readonly Version: { readonly Index: number };
  readonly Spec: Docker.ServiceSpec & { readonly Mode: { readonly Replicated: { readonly Replicas: number } } };
  readonly UpdateStatus?: { readonly State?: string };
}

const second = 1e9;

/** Orders a replicated service; its tasks may not run yet, and may never. */
export async function createService(cluster: Cluster, options: ServiceOptions): Promise<SwarmService> {
  const [manager] = cluster.engines;
  if (manager === undefined) throw new LabError('A cluster has at least one engine.');
  const { docker } = manager;
  const name = `service-${randomBytes(4).toString('hex')}`;
  const secrets = await createSecrets(docker, name, options.secrets ?? {});
  // The client's types know fewer fields than the API has.
  const spec = serviceSpec(name, cluster, options, secrets) as unknown as Docker.CreateServiceOptions;
  const { id } = (await docker.createService(spec)) as unknown as { readonly id: string };
  const service = docker.getService(id);
  const inspect = async (): Promise<ApiService> => (await service.inspect()) as ApiService;
  let made = options;
  const order = async (change: (now: ApiService) => object): Promise<void> => {
    const now = await inspect();
    await service.update({ version: now.Version.Index, ...now.Spec, ...change(now) });
  };
  const tasks = async (): Promise<readonly SwarmTask[]> => {
    const all = (await docker.listTasks({ filters: JSON.stringify({ service: [id] }) })) as readonly ApiTask[];
    return all.map(readTask);
  };
  return {
    id,
    name,
    tasks,
    scale: (replicas) => order(() => ({ Mode: { Replicated: { Replicas: replicas } } })),
    update: async (changes) => {
      made = { ...made, ...changes };
      await order(() => ({ TaskTemplate: serviceSpec(name, cluster, made, secrets).TaskTemplate }));
    },
    logs: async () => {
      const printed: unknown = await service.logs({ stdout: true, stderr: true, follow: false });
      // One answer, with a header before each line that says from which stream it comes.
      return Buffer.isBuffer(printed) ? printed.toString('utf8') : textOf(printed as NodeJS.ReadableStream);
    },
    replicas: async () => (await inspect()).Spec.Mode.Replicated.Replicas,
    updateState: async () => (await inspect()).UpdateStatus?.State ?? '',
    [Symbol.asyncDispose]: async () => {
      await service.remove();
      await untilGone(cluster.engines, id);
    },
  };
}

function serviceSpec(name: string, { network, idle }: Cluster, options: ServiceOptions, secrets: readonly Secret[]) {
  const { image, command, replicas = 1, env = {}, healthcheck, restart = 'any', publish } = options;
  const policy = {
    Parallelism: options.updateAtOnce ?? 1,
    Delay: 0,
    // How long a new task is watched for failure before the next one's turn comes.
    Monitor: second,
    MaxFailureRatio: 0,
    Order: options.updateOrder ?? 'stop-first',
  };
  return {
    Name: name,
    TaskTemplate: {
      ContainerSpec: {
        Image: image.reference,
        Command: idle ? ['sleep', '3600'] : [...command],
        Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
        Init: true,
        PidsLimit: 256,
        StopGracePeriod: 10 * second,
        ...(healthcheck && { HealthCheck: healthcheck }),
        Secrets: secrets,
      },
      ...(options.cpus !== undefined && { Resources: { Limits: { NanoCPUs: options.cpus * 1e9 } } }),
      Networks: [{ Target: network.id }],
      RestartPolicy: { Condition: restart, Delay: second / 10 },
    },
    Mode: { Replicated: { Replicas: replicas } },
    UpdateConfig: { ...policy, FailureAction: 'rollback' },
    RollbackConfig: { ...policy, FailureAction: 'pause' },
    EndpointSpec: {
      Mode: options.endpoint ?? 'dnsrr',
      ...(publish !== undefined && {
        Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: publish, PublishMode: 'ingress' }],
      }),
    },
  };
}

interface Secret {
  readonly SecretID: string;
  readonly SecretName: string;
  readonly File: { readonly Name: string; readonly UID: string; readonly GID: string; readonly Mode: number };
}

async function createSecrets(
  docker: Docker,
  service: string,
  secrets: Readonly<Record<string, string>>,
): Promise<Secret[]> {
  return Promise.all(
    Object.entries(secrets).map(async ([file, content]) => {
      const name = `${service}-${file}`;
      const made: unknown = await docker.createSecret({ Name: name, Data: Buffer.from(content).toString('base64') });
      const { id } = made as { readonly id: string };
      return { SecretID: id, SecretName: name, File: { Name: file, UID: '0', GID: '0', Mode: 0o444 } };
    }),
  );
}

function readTask({ ID, Slot = 0, NodeID = '', DesiredState, Status }: ApiTask): SwarmTask {
  const { ContainerID, PID } = Status.ContainerStatus ?? {};
  return {
    id: ID,
    slot: Slot,
    nodeId: NodeID,
    state: Status.State,
    desired: DesiredState,
    message: Status.Err ?? Status.Message ?? '',
    containerId: ContainerID === undefined || ContainerID === '' ? null : ContainerID,
    pid: PID === undefined || PID === 0 ? null : PID,
  };
}

/** A service is forgotten at once, its containers end later: they would weigh on what is measured next. */
async function untilGone(engines: readonly Engine[], serviceId: string): Promise<void> {
  const filters = { label: [`com.docker.swarm.service.id=${serviceId}`] };
  const deadline = performance.now() + 30_000;
  for (;;) {
    const left = await Promise.all(engines.map(({ docker }) => docker.listContainers({ filters })));
    if (left.flat().length === 0) return;
    if (performance.now() > deadline) {
      throw new LabError(`${String(left.flat().length)} containers of a removed service have not ended within 30 s.`);
    }
    await delay(50);
  }
}
