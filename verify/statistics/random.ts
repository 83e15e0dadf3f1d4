import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

/**
 * Numbers in [0, 1), the same for the same seed (an unsigned 32-bit integer). Generator: the Mersenne twister of
 * pure-rand, whose seeding mixes well: first numbers of neighbouring seeds are unrelated, unlike xoroshiro128+'s.
 */
export function randomStream(seed: number): () => number {
  const generator = mersenne(seed);
  return () => uniformFloat64(generator);
}
