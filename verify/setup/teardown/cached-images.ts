import type Docker from 'dockerode';
import { digestLabel } from '../../lab/places.ts';
import type { Removal } from './removal.ts';

/** Images that runs keep in an engine that is not ours alone, by their label. */
export async function cachedImages(docker: Docker): Promise<readonly Removal[]> {
  const images = await docker.listImages({ filters: { label: [digestLabel] } });
  return images.map(({ Id, RepoTags, Size }) => ({
    what: `image ${RepoTags?.[0] ?? Id}`,
    size: () => Promise.resolve(Size),
    remove: async () => {
      await docker.getImage(Id).remove({ force: true });
    },
  }));
}
