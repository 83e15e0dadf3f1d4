import { hostname, release } from 'node:os';
import { z } from 'zod';
import { LabError } from '../errors.ts';
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

/** As a record can keep it, whatever the engine says. */
const word = z
  .string()
  .transform((text) => text.slice(0, 150))
  .catch('unknown');

const infoSchema = z
  .object({
    Name: z.string().catch(''),
    KernelVersion: word,
    OperatingSystem: word,
    Driver: word,
    CgroupDriver: word,
    DefaultRuntime: word,
    SecurityOptions: z.array(z.string()).catch([]),
  })
  .catch(({ value }) => {
    throw new LabError(`The container engine says nothing of itself that can be read: ${shown(value)}`);
  });

const versionSchema = z
  .object({
    Version: word,
    ApiVersion: word,
    Components: z.array(z.object({ Name: word, Version: word })).catch([]),
  })
  .catch(({ value }) => {
    throw new LabError(`The container engine gives no version that can be read: ${shown(value)}`);
  });

const shown = (answer: unknown): string => JSON.stringify(answer).slice(0, 200);

const infoOf = async ({ docker }: Engine): Promise<z.infer<typeof infoSchema>> => infoSchema.parse(await docker.info());

export async function engineFacts(engine: Engine): Promise<EngineFacts> {
  const info = await infoOf(engine);
  const version = versionSchema.parse(await engine.docker.version());
  const components = version.Components;
  const runtime = info.DefaultRuntime;
  const runtimeVersion = components.find(({ Name }) => Name === runtime)?.Version;
  const podman = components.some(({ Name }) => Name.startsWith('Podman'));
  const desktop = info.OperatingSystem.includes('Docker Desktop');
  return {
    name: podman
      ? 'Podman'
      : desktop
        ? 'Docker Desktop'
        : isRootless(info)
          ? 'Docker Engine (rootless)'
          : 'Docker Engine',
    version: version.Version,
    apiVersion: version.ApiVersion,
    runtime: runtimeVersion === undefined ? runtime : `${runtime} ${runtimeVersion}`,
    storageDriver: info.Driver,
    cgroupDriver: info.CgroupDriver,
    private: engine.private,
  };
}

const isRootless = ({ SecurityOptions }: z.infer<typeof infoSchema>): boolean =>
  SecurityOptions.some((option) => option.includes('name=rootless'));

/**
 * Why this machine is not the containers' host, so that their processes and folders cannot be seen from here; null
 * where it is. An engine reports the name and the kernel of the machine that it runs on.
 */
export async function whyNotLocal(engine: Engine): Promise<string | null> {
  if (engine.private) return null;
  const info = await infoOf(engine);
  if (process.platform === 'linux' && info.KernelVersion === release() && info.Name === hostname()) return null;
  return (
    `Containers do not run on this machine itself: the engine's host has kernel ${info.KernelVersion} ` +
    `(${info.OperatingSystem}), as with Docker Desktop, WSL2, a remote engine or a suite in a container.`
  );
}

/** Why the engine cannot do what only a daemon run by root can; null where it can. */
export async function whyRootless(engine: Engine): Promise<string | null> {
  return isRootless(await infoOf(engine)) ? 'The container engine runs without root (rootless).' : null;
}
