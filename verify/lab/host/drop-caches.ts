import { execa } from 'execa';
import { writeFileSync } from 'node:fs';
import { NotHereError } from '../errors.ts';

/**
 * Empties the page cache, so that reads come from the disk. It does so for the whole machine: every other program reads
 * slower for a while, nothing is lost. Written data is brought to the disk first (sync), for only clean pages can go.
 */
export async function dropCaches(): Promise<void> {
  await execa('sync');
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
  } catch {
    throw new NotHereError('Emptying the page cache needs root on Linux; run with sudo.');
  }
}
