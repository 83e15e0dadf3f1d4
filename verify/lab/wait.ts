import { setTimeout as delay } from 'node:timers/promises';
import { watched } from './meter.ts';

/**
 * Asks every 20 ms until the condition holds or the time is over.
 * @returns whether it held; what that means is the caller's to say
 */
export function until(holds: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  return watched(ask(holds, timeoutMs));
}

async function ask(holds: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() >= deadline) return false;
    await delay(20);
  }
  return true;
}

/**
 * Waits until a number that grew has stayed the same for a fifth of a second: what makes it grow has met its limit, or
 * is done. Ends after `timeoutMs` in any case.
 * @returns the number at the last look
 */
export async function settled(read: () => number | Promise<number>, timeoutMs: number): Promise<number> {
  let [last, since] = [await read(), performance.now()];
  await until(async () => {
    const now = await read();
    if (now !== last) [last, since] = [now, performance.now()];
    return performance.now() - since >= 200;
  }, timeoutMs);
  return last;
}
