import { listRecords, readRecord } from '../record/store.ts';

/** Older ones than these say little of how long anything takes today. */
const recordsReadInEach = 6;

/**
 * How long each claim took the last time in that profile, in ms, to tell the time left and to begin with the longest.
 * @param directories of records, the one that is believed first
 */
export async function lastDurations(
  directories: readonly string[],
  profile: 'quick' | 'full',
): Promise<ReadonlyMap<string, number>> {
  const durations = new Map<string, number>();
  for (const directory of directories) {
    for (const file of (await listRecords(directory)).slice(-recordsReadInEach).reverse()) {
      try {
        const record = await readRecord(file);
        if (record.profile !== profile) continue;
        for (const { id, durationMs, verdict } of record.claims) {
          if (verdict !== 'not-run' && !durations.has(id)) durations.set(id, durationMs);
        }
      } catch {
        // A record of another version or a damaged one only means that the estimate has less to go by.
      }
    }
  }
  return durations;
}
