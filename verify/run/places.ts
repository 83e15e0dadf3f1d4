import { fileURLToPath } from 'node:url';

/** Where runs on this machine leave their records; git ignores it. `BARE_CLAIMS_RUNS` names another folder (tests do). */
export function localRuns(): string {
  return process.env['BARE_CLAIMS_RUNS'] ?? fileURLToPath(new URL('../../runs/local', import.meta.url));
}

/** Records of which the site speaks. */
export const publishedRuns = fileURLToPath(new URL('../../runs', import.meta.url));
