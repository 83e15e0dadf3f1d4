import type { Diagnosis } from './diagnosis.ts';
import type { Machine } from './machine.ts';

const gib = 2 ** 30;

/** Trees, images and guests' disks, with room for one more copy while they are made. */
const wantedDiskBytes = 6 * gib;
/** Several guests and an engine at once; below the least, not even one guest beside the system. */
const wantedMemoryBytes = 3 * gib;
const leastMemoryBytes = 1 * gib;

export function diagnoseRoom({ availableMemoryBytes, freeDiskBytes }: Machine): readonly Diagnosis[] {
  const tight = availableMemoryBytes < leastMemoryBytes;
  return [
    {
      state: tight ? 'missing' : availableMemoryBytes < wantedMemoryBytes ? 'limited' : 'there',
      what: 'memory',
      says: sentence('memory', availableMemoryBytes, wantedMemoryBytes),
      unmet: tight ? ['guest', 'full-tree'] : [],
      fix: availableMemoryBytes < wantedMemoryBytes ? 'Close other programs, or give the machine more memory.' : null,
    },
    {
      state: freeDiskBytes < wantedDiskBytes ? 'limited' : 'there',
      what: 'disk',
      says: sentence('disk', freeDiskBytes, wantedDiskBytes),
      unmet: [],
      fix:
        freeDiskBytes < wantedDiskBytes
          ? 'Free some, or put the cache elsewhere: export BARE_CLAIMS_CACHE=/path/on/a/larger/disk'
          : null,
    },
  ];
}

function sentence(what: string, bytes: number, wanted: number): string {
  const free = `${(bytes / gib).toFixed(1)} GiB of ${what} free`;
  return bytes < wanted
    ? `${free}; with less than ${String(wanted / gib)} GiB some claims may not be judged.`
    : `${free}.`;
}
