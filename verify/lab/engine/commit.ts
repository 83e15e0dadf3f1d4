import { inspected, ownReference } from './image.ts';
import type { Engine, Image } from './types.ts';
import { runLabel } from '../places.ts';

/** Makes an image of what is in a container now. It goes with the run. */
export async function commitContainer(engine: Engine, container: { readonly id: string }): Promise<Image> {
  const reference = ownReference(engine, 'committed');
  const [repo, tag] = reference.split(':');
  await engine.docker.getContainer(container.id).commit({ repo, tag, changes: `LABEL ${runLabel}=${engine.runId}` });
  return inspected(engine, reference);
}
