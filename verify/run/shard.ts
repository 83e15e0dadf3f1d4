import type { Claim } from '../claim/catalogue.ts';

/** Every `count`-th claim by sorted id, so that a shard does not depend on the order of files or arguments. */
export function shardOf(claims: readonly Claim[], shard: { index: number; count: number } | null): Claim[] {
  const sorted = [...claims].sort((a, b) => (a.id < b.id ? -1 : 1));
  return shard === null ? sorted : sorted.filter((_, position) => position % shard.count === shard.index - 1);
}
