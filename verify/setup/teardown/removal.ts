import { rm } from 'node:fs/promises';
import { unmountBelow } from '../../lab/host/mounts.ts';
import { sizeOnDisk } from './bytes.ts';

/** Something that set-up or runs left. */
export interface Removal {
  /** For people: what it is, and where. */
  readonly what: string;
  /** Bytes that would be freed; 0 where it is not there. */
  readonly size: () => Promise<number>;
  readonly remove: () => Promise<void>;
}

/** A file, or a folder with all in it. What is mounted there is unmounted and never emptied. */
export function folder(path: string, what: string): Removal {
  return {
    what: `${what}, ${path}`,
    size: () => sizeOnDisk(path),
    remove: async () => {
      await unmountBelow(path);
      await rm(path, { recursive: true, force: true });
    },
  };
}
