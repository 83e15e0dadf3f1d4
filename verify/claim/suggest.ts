/** Up to three names that somebody may have meant, nearest first; none where all are far from what was typed. */
export function nearest(typed: string, names: readonly string[]): string[] {
  const slug = typed.split('/').at(-1) ?? typed;
  return names
    .map((name) => {
      const last = name.split('/').at(-1) ?? name;
      const distance = Math.min(editDistance(typed, name), editDistance(slug, last));
      return { name, distance: slug.length >= 4 && last.includes(slug) ? 0 : distance };
    })
    .filter(({ name, distance }) => distance <= Math.max(2, Math.min(typed.length, name.length) * 0.34))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Insertions, deletions and substitutions that turn one word into the other (Levenshtein 1966). */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 0; i < from.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j += 1) {
      const substituted = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(substituted, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
