import { createWriteStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { CreatedContainer } from './types.ts';

/** Writes a container's file tree to a tar file that every user may read, a guest's monitor among them. */
export async function exportTree(container: Pick<CreatedContainer, 'docker'>, tarPath: string): Promise<void> {
  await pipeline(await container.docker.export(), createWriteStream(tarPath));
  await chmod(tarPath, 0o644);
}
