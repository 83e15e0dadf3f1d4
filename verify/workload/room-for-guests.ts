import { freemem } from 'node:os';
import { NotHereError } from '../lab/errors.ts';

/**
 * Refuses to start more guests than memory allows: a machine that swaps or kills would measure that.
 * @param mibEach what one guest may come to occupy, in MiB
 * @throws NotHereError with both figures
 */
export function roomForGuests(count: number, mibEach: number): void {
  const [free, wanted] = [Math.floor(freemem() / 2 ** 20), count * mibEach];
  if (free >= wanted) return;
  throw new NotHereError(
    `${String(count)} guests may need ${String(wanted)} MiB of memory together, and ${String(free)} MiB are free here.`,
  );
}
