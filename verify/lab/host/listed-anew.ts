/** Process numbers; or how to list them, where some come and go. */
export type Pids = readonly number[] | (() => readonly number[]);

/** How often a list is made: of processes that come and go faster than they can be read, nothing is known. */
const mostLists = 10;

/**
 * What is read of processes. Where reading fails, for one of them has ended since they were listed, they are listed anew;
 * a list that is given as such stays what it is.
 */
export function listedAnew<T>(pids: Pids, read: (pids: readonly number[]) => T): T {
  if (typeof pids !== 'function') return read(pids);
  for (let lists = 1; ; lists += 1) {
    try {
      return read(pids());
    } catch (error) {
      if (lists === mostLists) throw error;
    }
  }
}
