import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes on disk of a file or of a folder with all in it; a file with several names counts once. 0 where there is none. */
export async function sizeOnDisk(path: string, seen = new Set<string>()): Promise<number> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return 0;
  const identity = `${String(found.dev)}:${String(found.ino)}`;
  if (seen.has(identity)) return 0;
  seen.add(identity);
  // Unit of st_blocks, whatever the file system's own (stat(2)).
  let bytes = found.blocks * 512;
  if (!found.isDirectory()) return bytes;
  for (const name of await readdir(path).catch(() => [])) bytes += await sizeOnDisk(join(path, name), seen);
  return bytes;
}

/** "431.2 MiB" */
export function readableBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? String(value) : value.toFixed(1)} ${units[power] ?? ''}`;
}
