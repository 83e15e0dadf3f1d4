import { hostname, release } from 'node:os';
import type { Engine } from './types.ts';

/** As a record keeps it: the shape of `hostFacts.engine`. */
export interface EngineFacts {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly runtime: string;
  readonly storageDriver: string;
  readonly cgroupDriver: string;
  readonly private: boolean;
}

interface EngineInfo {
  readonly Name?: string;
  readonly KernelVersion?: string;
  readonly OperatingSystem?: string;
  readonly Driver?: string;
  readonly CgroupDriver?: string;
  readonly DefaultRuntime?: string;
  readonly RuncCommit?: { readonly ID?: string };
  readonly SecurityOptions?: readonly string[] | null;
}

interface EngineVersion {
  readonly Version?: string;
  readonly ApiVersion?: string;
  readonly Components?: readonly { readonly Name?: string; readonly Version?: string }[];
}

export async function engineFacts(engine: Engine): Promise<EngineFacts> {
  const info = (await engine.docker.info()) as EngineInfo;
  const version = (await engine.docker.version()) as unknown as EngineVersion;
  const components = version.Components ?? [];
  const runtime = info.DefaultRuntime ?? 'unknown';
  const runtimeVersion = components.find(({ Name }) => Name === runtime)?.Version;
  const podman = components.some(({ Name }) => Name?.startsWith('Podman') === true);
  const desktop = info.OperatingSystem?.includes('Docker Desktop') === true;
  return {
    name: podman
      ? 'Podman'
      : desktop
        ? 'Docker Desktop'
        : isRootless(info)
          ? 'Docker Engine (rootless)'
          : 'Docker Engine',
    version: version.Version ?? 'unknown',
    apiVersion: version.ApiVersion ?? 'unknown',
    runtime: runtimeVersion === undefined ? runtime : `${runtime} ${runtimeVersion}`,
    storageDriver: info.Driver ?? 'unknown',
    cgroupDriver: info.CgroupDriver ?? 'unknown',
    private: engine.private,
  };
}

const isRootless = ({ SecurityOptions }: EngineInfo): boolean =>
  (SecurityOptions ?? []).some((option) => option.includes('name=rootless'));

/**
 * Why this machine is not the containers' host, so that their processes and folders cannot be seen from here; null
 * where it is. An engine reports the name and the kernel of the machine that it runs on.
 */
export async function whyNotLocal(engine: Engine): Promise<string | null> {
  if (engine.private) return null;
  const info = (await engine.docker.info()) as EngineInfo;
  if (process.platform === 'linux' && info.KernelVersion === release() && info.Name === hostname()) return null;
  return (
    `Containers do not run on this machine itself: the engine's host has kernel ${info.KernelVersion ?? 'unknown'} ` +
    `(${info.OperatingSystem ?? 'unknown system'}), as with Docker Desktop, WSL2, a remote engine or a suite in a container.`
  );
}

/** Why the engine cannot do what only a daemon run by root can; null where it can. */
export async function whyRootless(engine: Engine): Promise<string | null> {
  return isRootless((await engine.docker.info()) as EngineInfo)
    ? 'The container engine runs without root (rootless).'
    : null;
}
