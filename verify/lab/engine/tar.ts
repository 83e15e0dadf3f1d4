import { basename } from 'node:path';
import { pack } from 'tar-stream';

/** A file of an image or build context, by absolute path. Everything belongs to root. */
export interface ImageFile {
  readonly content: string | Uint8Array;
  /** Default 0o755. */
  readonly mode?: number;
}
export type ImageFiles = Readonly<Record<string, string | Uint8Array | ImageFile>>;

/**
 * A tar archive of the files; the same files make the same bytes. With the folders that they need, unless these are to
 * be left as they are where it is unpacked.
 */
export async function tarOf(files: ImageFiles, { folders = true } = {}): Promise<Buffer> {
  const archive = pack();
  const chunks: Buffer[] = [];
  archive.on('data', (chunk) => chunks.push(chunk as Buffer));
  const ended = new Promise<void>((resolve, reject) => archive.once('end', resolve).once('error', reject));
  const mtime = new Date(0);
  for (const folder of folders ? foldersOf(Object.keys(files)) : []) {
    archive.entry({ name: `${folder}/`, type: 'directory', mode: basename(folder) === 'tmp' ? 0o1777 : 0o755, mtime });
  }
  for (const [path, file] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { content, mode = 0o755 } = typeof file === 'object' && 'content' in file ? file : { content: file };
    archive.entry({ name: path.replace(/^\/+/, ''), mode, mtime }, Buffer.from(content as Uint8Array));
  }
  archive.finalize();
  await ended;
  return Buffer.concat(chunks);
}

function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const parts = path.replace(/^\/+/, '').split('/').slice(0, -1);
    parts.forEach((_, index) => folders.add(parts.slice(0, index + 1).join('/')));
  }
  return [...folders].sort();
}
