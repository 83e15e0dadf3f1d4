import { LabError } from '../lab/errors.ts';

/** Measures from now on, by the kernel's monotonic clock, which host and containers share (clock_gettime(2)). */
export interface Stopwatch {
  /** Seconds since it was started. */
  seconds(): number;
  /** Seconds from its start to the moment that `stamp` printed: nanoseconds of CLOCK_MONOTONIC, in decimal. */
  secondsUntil(stamp: string): number;
}

export function stopwatch(): Stopwatch {
  // libuv's high-resolution clock is CLOCK_MONOTONIC on Linux (uv_hrtime), the one that /bin/stamp reads.
  const startedAt = process.hrtime.bigint();
  const since = (moment: bigint): number => Number(moment - startedAt) / 1e9;
  return {
    seconds: () => since(process.hrtime.bigint()),
    secondsUntil: (stamp) => {
      const text = stamp.trim();
      if (!/^\d{1,20}$/.test(text)) {
        throw new LabError(`The program that stamps the clock printed "${text.slice(0, 200)}" and no nanoseconds.`);
      }
      const elapsed = since(BigInt(text));
      if (elapsed < 0)
        throw new LabError(`The stamp ${text} lies before the stopwatch's start: another clock, or an old answer.`);
      return elapsed;
    },
  };
}
