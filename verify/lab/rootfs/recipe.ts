import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export interface BuildOptions {
  readonly cacheRoot: string;
  /** Told what takes its time, one sentence each. */
  readonly log?: (line: string) => void;
}

/** How one tree is made. `ingredients` is all that decides what comes out, versions included. */
export interface Recipe {
  readonly ingredients: unknown;
  /** Writes the tree's tar to `tarPath`; `scratch` is an empty folder on a real disk. */
  readonly build: (tarPath: string, scratch: string) => Promise<void>;
}

/** Packs a folder as if root owned all of it and all of it were equally old: the same folder gives the same bytes. */
export async function packTar(directory: string, tarPath: string): Promise<void> {
  await execa('tar', [
    ...['--create', '--file', tarPath, '--directory', directory, '--format=posix', '--sort=name', '--mtime=@0'],
    ...['--owner=0', '--group=0', '--numeric-owner', '--pax-option=delete=atime,delete=ctime', '.'],
  ]);
}

/** Scripts and units of ours that go into trees. */
export const filesRoot = fileURLToPath(new URL('files/', import.meta.url));

/** Text of one of the scripts and units under files/. */
export async function ownFile(name: string): Promise<string> {
  return readFile(join(filesRoot, name), 'utf8');
}
