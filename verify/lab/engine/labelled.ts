import type Docker from 'dockerode';
import { runLabel } from '../places.ts';

/** Something in an engine that bears a run's label. */
export interface Labelled {
  readonly kind: 'container' | 'network' | 'volume' | 'image';
  readonly id: string;
  readonly runId: string;
  remove(): Promise<void>;
}

/** What bears the label, of one run or of any; in the order in which it can be removed. */
export async function findLabelled(docker: Docker, runId?: string): Promise<Labelled[]> {
  const filters = { label: [runId === undefined ? runLabel : `${runLabel}=${runId}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const networks = await docker.listNetworks({ filters });
  const volumes = await docker.listVolumes({ filters });
  const images = await docker.listImages({ filters });
  const entry = (
    kind: Labelled['kind'],
    id: string,
    labels: Readonly<Record<string, string>> | null | undefined,
    remove: () => Promise<unknown>,
  ): Labelled => ({ kind, id, runId: labels?.[runLabel] ?? '', remove: () => unlessGone(remove) });
  return [
    ...containers.map(({ Id, Labels }) =>
      entry('container', Id, Labels, () => docker.getContainer(Id).remove({ force: true, v: true })),
    ),
    ...networks.map(({ Id, Labels }) => entry('network', Id, Labels, () => docker.getNetwork(Id).remove())),
    ...((volumes.Volumes as typeof volumes.Volumes | null) ?? []).map(({ Name, Labels }) =>
      entry('volume', Name, Labels, () => docker.getVolume(Name).remove()),
    ),
    ...images.map(({ Id, Labels }) => entry('image', Id, Labels, () => docker.getImage(Id).remove({ force: true }))),
  ];
}

/** Removes what bears the run's label. Returns what that was. */
export async function removeLabelled(docker: Docker, runId: string): Promise<Labelled[]> {
  const found = await findLabelled(docker, runId);
  for (const one of found) await one.remove();
  return found;
}

async function unlessGone(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    // 404: gone already (an image goes with the one built upon it); 409: its removal is under way.
    const { statusCode } = error as { readonly statusCode?: number };
    if (statusCode !== 404 && statusCode !== 409) throw error;
  }
}
