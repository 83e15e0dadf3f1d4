import { statSync } from 'node:fs';
import type Docker from 'dockerode';
import type { ContainerOptions, NetworkChoice, PublishedPort } from './types.ts';
import { blockDeviceBelow } from '../cgroup/block-device.ts';
import { runLabel } from '../places.ts';

const defaultPidsLimit = 256;

/** The API's request body for the options. Undefined fields are left out of the JSON, so the engine's defaults hold. */
export function createBody(options: ContainerOptions, runId: string): Docker.ContainerCreateOptions {
  const labels = { ...options.labels, [runLabel]: runId };
  return {
    Image: typeof options.image === 'string' ? options.image : options.image.reference,
    Labels: labels,
    Tty: false,
    ...(options.command && { Cmd: [...options.command] }),
    ...(options.entrypoint && { Entrypoint: [...options.entrypoint] }),
    ...(options.env && { Env: Object.entries(options.env).map(([name, value]) => `${name}=${value}`) }),
    ...(options.workingDirectory !== undefined && { WorkingDir: options.workingDirectory }),
    ...(options.user !== undefined && { User: options.user }),
    ...(options.hostname !== undefined && { Hostname: options.hostname }),
    ...(options.stopSignal !== undefined && { StopSignal: options.stopSignal }),
    ...(options.openStdin === true && { OpenStdin: true, AttachStdin: true, StdinOnce: true }),
    ...(options.healthcheck && { Healthcheck: options.healthcheck }),
    ...(options.publish && {
      ExposedPorts: Object.fromEntries(options.publish.map((port) => [portKey(port), {}])),
    }),
    ...endpoints(options),
    HostConfig: hostConfig(options),
  };
}

const portKey = ({ containerPort, protocol = 'tcp' }: PublishedPort): string => `${String(containerPort)}/${protocol}`;

function endpoints({ network, aliases }: ContainerOptions): Pick<Docker.ContainerCreateOptions, 'NetworkingConfig'> {
  if (aliases === undefined || typeof network !== 'object' || !('name' in network)) return {};
  return { NetworkingConfig: { EndpointsConfig: { [network.name]: { Aliases: [...aliases] } } } };
}

function networkMode(network: NetworkChoice): string {
  if (typeof network === 'string') return network;
  return 'container' in network ? `container:${network.container.id}` : network.name;
}

function hostConfig(options: ContainerOptions): Docker.HostConfig {
  return {
    Init: options.init ?? true,
    PidsLimit: options.pidsLimit ?? defaultPidsLimit,
    LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
    NetworkMode: networkMode(options.network ?? 'bridge'),
    ...(options.binds && { Binds: options.binds.map((bind) => bind.join(':')) }),
    ...(options.tmpfs && { Tmpfs: { ...options.tmpfs } }),
    ...(options.volumes && {
      Mounts: options.volumes.map(({ name, path }) => ({ Type: 'volume' as const, Source: name ?? '', Target: path })),
    }),
    ...(options.publish && { PortBindings: portBindings(options.publish) }),
    ...(options.memoryBytes !== undefined && {
      Memory: options.memoryBytes,
      MemorySwap: options.memorySwapBytes ?? options.memoryBytes,
    }),
    ...(options.cpus !== undefined && { NanoCpus: Math.round(options.cpus * 1e9) }),
    ...(options.cpuShares !== undefined && { CpuShares: options.cpuShares }),
    ...(options.cpusetCpus !== undefined && { CpusetCpus: options.cpusetCpus }),
    ...(options.capAdd && { CapAdd: [...options.capAdd] }),
    ...(options.capDrop && { CapDrop: [...options.capDrop] }),
    ...(options.securityOpt && { SecurityOpt: [...options.securityOpt] }),
    ...(options.privileged !== undefined && { Privileged: options.privileged }),
    ...(options.sysctls && { Sysctls: { ...options.sysctls } }),
    ...(options.readOnlyRootfs !== undefined && { ReadonlyRootfs: options.readOnlyRootfs }),
    ...(options.pidMode !== undefined && { PidMode: options.pidMode }),
    ...(options.ipcMode !== undefined && { IpcMode: options.ipcMode }),
    ...(options.utsMode !== undefined && { UTSMode: options.utsMode }),
    ...(usernsMode(options) !== undefined && { UsernsMode: usernsMode(options) }),
    ...(options.cgroupnsMode !== undefined && { CgroupnsMode: options.cgroupnsMode }),
    ...(options.shmBytes !== undefined && { ShmSize: options.shmBytes }),
    ...(options.extraHosts && { ExtraHosts: [...options.extraHosts] }),
    ...(options.restartPolicy && {
      RestartPolicy: {
        Name: options.restartPolicy.name,
        MaximumRetryCount: options.restartPolicy.maximumRetries ?? 0,
      },
    }),
    ...deviceLimits(options),
    ...options.hostConfig,
  };
}

/**
 * An engine that remaps users refuses to share the host's processes or network, or all its privileges, with a container
 * that it remaps (Docker documentation, "User namespace known limitations"), and fails where the host's IPC is to be
 * shared. Elsewhere the mode changes nothing.
 */
function usernsMode({ usernsMode: asked, pidMode, ipcMode, network, privileged }: ContainerOptions) {
  return asked ?? ([pidMode, ipcMode, network].includes('host') || privileged === true ? 'host' : undefined);
}

function portBindings(ports: readonly PublishedPort[]): Record<string, Docker.PortBinding[]> {
  return Object.fromEntries(
    ports.map((port) => [
      portKey(port),
      [{ HostIp: port.hostAddress ?? '', HostPort: port.hostPort === undefined ? '' : String(port.hostPort) }],
    ]),
  );
}

function deviceLimits({ deviceLimits: limits }: ContainerOptions): Docker.HostConfig {
  if (limits === undefined) return {};
  const { path } = blockDeviceBelow(statSync(limits.path).dev, limits.path);
  const rate = (value: number | undefined): [{ Path: string; Rate: number }] | undefined =>
    value === undefined ? undefined : [{ Path: path, Rate: value }];
  const [readBytes, writeBytes] = [rate(limits.readBytesPerSecond), rate(limits.writeBytesPerSecond)];
  const [readOperations, writeOperations] = [
    rate(limits.readOperationsPerSecond),
    rate(limits.writeOperationsPerSecond),
  ];
  return {
    ...(readBytes && { BlkioDeviceReadBps: readBytes }),
    ...(writeBytes && { BlkioDeviceWriteBps: writeBytes }),
    ...(readOperations && { BlkioDeviceReadIOps: readOperations }),
    ...(writeOperations && { BlkioDeviceWriteIOps: writeOperations }),
  };
}
