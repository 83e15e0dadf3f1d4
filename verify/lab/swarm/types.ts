import type Docker from 'dockerode';
import type { Image } from '../engine/types.ts';
import type { Network } from '../network/types.ts';

/** What a service is made of. */
export interface ServiceOptions {
  readonly image: Image;
  readonly command: readonly string[];
  /** Default 1. */
  readonly replicas?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly healthcheck?: Docker.HealthConfig;
  /** Whether a task that ends is replaced. Default `any`, after a tenth of a second. */
  readonly restart?: 'any' | 'none';
  /** How an update replaces tasks. Default `stop-first`, which is also the engine's. */
  readonly updateOrder?: 'start-first' | 'stop-first';
  /** How many replicas an update replaces at a time; default 1, and 0 for all. */
  readonly updateAtOnce?: number;
  /** `vip`: one address, which the kernel's IPVS spreads. Default `dnsrr`: the name leads to the tasks' own addresses. */
  readonly endpoint?: 'vip' | 'dnsrr';
  /** Port of every node that leads to the service's port 80, by the routing mesh. With `vip` only. */
  readonly publish?: number;
  /** Processors that each task may use, in fractions too. */
  readonly cpus?: number;
  /** Secrets by name (as /run/secrets/<name>) and what is in them. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** One place of a service, filled at one time by one container. */
export interface SwarmTask {
  readonly id: string;
  readonly slot: number;
  readonly nodeId: string;
  /** As the orchestrator reports it: new, pending, preparing, starting, running, complete, failed, rejected, shutdown ... */
  readonly state: string;
  /** What the orchestrator wants of it: running, shutdown ... */
  readonly desired: string;
  /** Why it is in this state; empty where nothing is said. */
  readonly message: string;
  readonly containerId: string | null;
  /** Host's process id of its process 1; null where it does not run. */
  readonly pid: number | null;
}

/** A replicated service. Disposing it removes it and waits until its tasks have gone. */
export interface SwarmService extends AsyncDisposable {
  readonly id: string;
  /** By which clients on the cluster's network find it. */
  readonly name: string;
  /** Orders another number of replicas; resolves when the order is taken, not when it is carried out. */
  scale(replicas: number): Promise<void>;
  /** Orders the same service made otherwise. */
  update(changes: Partial<Pick<ServiceOptions, 'command' | 'env' | 'image'>>): Promise<void>;
  /** Replicas that are ordered now. */
  replicas(): Promise<number>;
  /** How far an update has come: `updating`, `completed`, `rollback_completed` ... Empty before the first. */
  updateState(): Promise<string>;
  /** What its tasks printed, on whichever node. */
  logs(): Promise<string>;
  /** All that the orchestrator remembers, those that ended too. */
  tasks(): Promise<readonly SwarmTask[]>;
}

/** A cluster of private engines: the first manages, the others work too. */
export interface Swarm extends AsyncDisposable {
  /** Reaches across all nodes; containers of the managing engine may join. */
  readonly network: Network;
  service(options: ServiceOptions): Promise<SwarmService>;
  /** Ids of the nodes in the order of their engines, the manager's first. */
  readonly nodeIds: readonly string[];
  /** What the manager knows of its nodes: state is `ready` for one that answers. */
  nodes(): Promise<readonly { readonly id: string; readonly state: string }[]>;
  /** Pulls a worker's cable: it goes on by itself, and hears of nobody. */
  cutOff(nodeId: string): Promise<void>;
  /** Ends cluster mode on the managing engine, and with it the cluster. */
  leave(): Promise<void>;
  /** Takes a node out of service, its tasks with it, or puts it back. */
  setAvailability(nodeId: string, availability: 'active' | 'drain'): Promise<void>;
}
