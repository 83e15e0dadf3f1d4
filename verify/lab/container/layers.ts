import type { Container } from './types.ts';
import { NotHereError } from '../errors.ts';

/**
 * Folders of the engine's host in which a container's file system lies: its own layer first, then those of its image.
 * @throws NotHereError where the engine's storage driver keeps layers in another form
 */
export async function containerLayers(container: Pick<Container, 'inspect'>): Promise<readonly string[]> {
  const { GraphDriver } = await container.inspect();
  const { LowerDir, UpperDir } = GraphDriver.Data as { readonly LowerDir?: string; readonly UpperDir?: string };
  if (LowerDir === undefined || UpperDir === undefined) {
    throw new NotHereError(
      `The storage driver ${GraphDriver.Name} tells of no folders for its layers; overlay2 would, and is the usual one.`,
    );
  }
  return [UpperDir, ...LowerDir.split(':')];
}
