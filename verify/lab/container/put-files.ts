import type Docker from 'dockerode';
import { tarOf } from '../engine/tar.ts';

/** Writes files into a container's file system, running or not. Existing folders keep their owners and modes. */
export async function putFiles(
  container: Docker.Container,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  await container.putArchive(await tarOf(files, { folders: false }), { path: '/' });
}
