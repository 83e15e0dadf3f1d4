import { createHash } from 'node:crypto';
import { randomStream as seeded } from '../statistics/random.ts';

/**
 * A reproducible stream of numbers in [0, 1) for one named use in one run: the same seed gives the same orders and the
 * same bootstrap, whichever claims run beside it.
 */
export function randomStream(seed: number, use: string): () => number {
  return seeded(
    createHash('sha256')
      .update(`${String(seed)}:${use}`)
      .digest()
      .readUInt32LE(0),
  );
}
