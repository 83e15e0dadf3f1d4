import type Docker from 'dockerode';
import type { Image } from '../engine/types.ts';
import type { Network } from '../network/types.ts';
import type { ExecOptions, ExecResult, Subject } from '../subject.ts';

/** Reads and writes per second on the device below a path of the host; the kernel throttles direct I/O (cgroup blkio, io). */
export interface DeviceLimits {
  readonly path: string;
  readonly readBytesPerSecond?: number;
  readonly writeBytesPerSecond?: number;
  readonly readOperationsPerSecond?: number;
  readonly writeOperationsPerSecond?: number;
}

export interface PublishedPort {
  readonly containerPort: number;
  /** Default: one that the engine chooses. */
  readonly hostPort?: number;
  /** Default: all addresses. */
  readonly hostAddress?: string;
  readonly protocol?: 'tcp' | 'udp';
}

export type NetworkChoice = 'bridge' | 'none' | 'host' | Network | { readonly container: Pick<Container, 'id'> };

/** What a container is made of. All is optional but the image; every container gets a pids limit and an init. */
export interface ContainerOptions {
  readonly image: Image | string;
  /** Words for people and records: "container", "container, hardened". */
  readonly label?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** Folders or files of the host: [host path, container path] or [host path, container path, options such as "ro"]. */
  readonly binds?: readonly (readonly [string, string] | readonly [string, string, string])[];
  /** Container path -> mount options ("" or "size=64m"). */
  readonly tmpfs?: Readonly<Record<string, string>>;
  /** Volumes by name and path; a fresh anonymous volume where the name is null. */
  readonly volumes?: readonly { readonly name: string | null; readonly path: string }[];
  readonly network?: NetworkChoice;
  /** Names under which a user-defined network finds this container. */
  readonly aliases?: readonly string[];
  readonly publish?: readonly PublishedPort[];
  readonly memoryBytes?: number;
  /** Memory and swap together; default as `memoryBytes`, so that a memory limit is one where the host has swap too. */
  readonly memorySwapBytes?: number;
  readonly cpus?: number;
  readonly cpuShares?: number;
  readonly cpusetCpus?: string;
  /** Default 256: a process that does not reap its children must not fill the machine's pid table. */
  readonly pidsLimit?: number;
  readonly deviceLimits?: DeviceLimits;
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly securityOpt?: readonly string[];
  readonly privileged?: boolean;
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly readOnlyRootfs?: boolean;
  readonly pidMode?: string;
  readonly ipcMode?: string;
  readonly utsMode?: string;
  readonly usernsMode?: string;
  readonly cgroupnsMode?: 'host' | 'private';
  readonly shmBytes?: number;
  /** Default true. False where process 1 itself is what is examined. */
  readonly init?: boolean;
  readonly hostname?: string;
  readonly extraHosts?: readonly string[];
  readonly stopSignal?: string;
  readonly restartPolicy?: {
    readonly name: 'no' | 'always' | 'on-failure' | 'unless-stopped';
    readonly maximumRetries?: number;
  };
  /** Keep standard input open, for `attach`. */
  readonly openStdin?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly healthcheck?: Docker.HealthConfig;
  /** Whatever else the engine's API takes; wins over everything above. */
  readonly hostConfig?: Docker.HostConfig;
}

/** A container that was created and has not run. */
export interface CreatedContainer extends AsyncDisposable {
  readonly id: string;
  readonly docker: Docker.Container;
  inspect(): Promise<Docker.ContainerInspectInfo>;
  start(): Promise<Container>;
}

/** A container whose process has been started. Disposing it removes it, its anonymous volumes too. */
export interface Container extends Subject, AsyncDisposable {
  readonly kind: 'container';
  readonly id: string;
  /** Host's process id of its process 1, at its start; `inspect()` has the present one. */
  readonly pid: number;
  readonly docker: Docker.Container;
  exec(command: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** IPv4 address, in its first network or in the one given. Throws a LabError where it has none. */
  address(network?: Network): Promise<string>;
  /** The host's port to which the container's is published. */
  publishedPort(containerPort: number, protocol?: 'tcp' | 'udp'): Promise<number>;
  inspect(): Promise<Docker.ContainerInspectInfo>;
  stats(): Promise<Docker.ContainerStats>;
  /** What it printed so far. */
  logs(): Promise<{ readonly stdout: string; readonly stderr: string }>;
  /** Resolves when what it prints (stdout) contains the text; rejects with the log's tail after the deadline. */
  waitForOutput(text: string, timeoutMs?: number): Promise<void>;
  /** Resolves with the exit code when process 1 ends. */
  wait(timeoutMs?: number): Promise<number>;
  stop(options?: { readonly timeoutSeconds?: number }): Promise<StoppedContainer>;
  kill(signal?: string): Promise<void>;
  restart(options?: { readonly timeoutSeconds?: number }): Promise<Container>;
  pause(): Promise<void>;
  unpause(): Promise<void>;
  restartCount(): Promise<number>;
  /** Writes files into its file system (absolute path -> content), as root, mode 0755. */
  putFiles(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
}

/** A container whose process has ended; what it wrote is still there. */
export interface StoppedContainer extends AsyncDisposable {
  readonly id: string;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly docker: Docker.Container;
  inspect(): Promise<Docker.ContainerInspectInfo>;
  start(): Promise<Container>;
}

export interface CompletedRun {
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** From the start request to the end of its process, as this process saw it. */
  readonly durationMs: number;
}
