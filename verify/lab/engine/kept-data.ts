import type Docker from 'dockerode';
import { digestLabel } from '../places.ts';

/** Leaves of an engine's data nothing but the images that are labelled as cache. */
export async function emptyKeptEngine(docker: Docker): Promise<void> {
  const containers = await docker.listContainers({ all: true });
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
  await docker.pruneNetworks();
  // Since API 1.42 only anonymous volumes are pruned unless asked otherwise; older engines do not know the filter.
  const { Volumes } = (await docker.listVolumes()) as { Volumes: readonly { Name: string }[] | null };
  await Promise.all((Volumes ?? []).map(({ Name }) => docker.getVolume(Name).remove()));
  const images = await docker.listImages();
  for (const { Id, Labels } of images) {
    const labels = Labels as Record<string, string> | null;
    if (labels?.[digestLabel] === undefined) await removeUnused(docker, Id);
  }
}

async function removeUnused(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getImage(id).remove({ force: true });
  } catch (error) {
    // 404: it went with another; 409: a kept image is built upon it.
    const { statusCode } = error as { statusCode?: number };
    if (statusCode !== 404 && statusCode !== 409) throw error;
  }
}
