import type { Progress } from './progress.ts';
import type { Engine } from '../lab/engine/types.ts';
import { reap } from '../lab/reaper/reap.ts';

/** Removes what runs left whose process is gone, and says so. `engine`: somebody's, in which they may have left things too. */
export async function removeDead(progress: Progress, engine: Engine | null = null): Promise<void> {
  const { removed, failed } = await reap({ engine });
  if (removed.length > 0) progress.say(`Removed what an earlier run left: ${removed.join(', ')}.`);
  for (const what of failed) progress.say(`An earlier run left something that could not be removed: ${what}`);
}
