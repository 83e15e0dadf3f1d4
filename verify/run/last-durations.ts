import { listRecords, readRecord } from '../record/store.ts';

/** How long each claim took in the latest readable record of that profile, in ms, to tell the time left. */
export async function lastDurations(
  directory: string,
  profile: 'quick' | 'full',
): Promise<ReadonlyMap<string, number>> {
  for (const file of (await listRecords(directory)).reverse()) {
    try {
      const record = await readRecord(file);
      if (record.profile === profile) return new Map(record.claims.map(({ id, durationMs }) => [id, durationMs]));
    } catch {
      // A record of another version or a damaged one only means that the estimate has less to go by.
    }
  }
  return new Map();
}
