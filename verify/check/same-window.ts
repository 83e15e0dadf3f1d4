/**
 * Two figures that one look gives, to be handed out as the takes of the two sides of a pair: whichever side is taken first
 * looks, the other gets what was seen. For what runs all the time, where two windows one after the other would only cost
 * more and compare less.
 */
export function sameWindow<T>(look: () => Promise<T>): (pick: (seen: T) => number) => () => Promise<number> {
  let pending: { readonly seen: T } | null = null;
  return (pick) => async () => {
    if (pending !== null) {
      const { seen } = pending;
      pending = null;
      return pick(seen);
    }
    pending = { seen: await look() };
    return pick(pending.seen);
  };
}
