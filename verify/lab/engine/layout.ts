import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { absentTraces } from './host-traces.ts';
import { cacheRoot, ownName, runRoot, scratchRoot } from '../places.ts';

/**
 * Where one private engine has its things. Written to `engine.json` before the engine starts, so that whoever finds the
 * folder after a crash knows what else to remove.
 */
export const engineLayoutSchema = z.strictObject({
  runId: z.string(),
  /** Folder below the run's root, named with few letters: the paths of sockets are short of room. */
  folder: z.string(),
  netns: z.string(),
  /** Parent of all its control groups, from the root of each tree. */
  cgroup: z.string(),
  data: z.string(),
  /** Kept between runs as a cache of images. */
  dataIsKept: z.boolean(),
  /** Paths outside all of these that the machine did not have before this engine. */
  absentBefore: z.array(z.string()),
});
export type EngineLayout = z.infer<typeof engineLayoutSchema>;

/** `kept`: images stay for the next run; `fresh`: on disk, removed at the end; `memory`: the same on a tmpfs. */
export type DataPlace = 'kept' | 'fresh' | 'memory';

export function newLayout(runId: string, place: DataPlace): EngineLayout {
  const name = `e${randomBytes(2).toString('hex')}`;
  const folder = join(runRoot(runId), name);
  const data = { kept: keptDataRoot(), fresh: join(scratchRoot(runId), name), memory: join(folder, 'data') }[place];
  return {
    runId,
    folder,
    netns: `${ownName}-${runId}-${name}`,
    cgroup: `${ownName}/${runId}/${name}`,
    data,
    dataIsKept: place === 'kept',
    absentBefore: absentTraces(),
  };
}

export const keptDataRoot = (): string => join(cacheRoot(), 'engine');
export const netnsPath = ({ netns }: EngineLayout): string => `/run/netns/${netns}`;
export const socketOf = ({ folder }: EngineLayout): string => join(folder, 'docker.sock');
export const containerdSocketOf = ({ folder }: EngineLayout): string => join(folder, 'containerd.sock');
export const containerdStateOf = ({ folder }: EngineLayout): string => join(folder, 'state');
export const layoutFile = (folder: string): string => join(folder, 'engine.json');
