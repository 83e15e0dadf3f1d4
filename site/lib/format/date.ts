/** An ISO time as its day in UTC: "2026-11-21". */
export function isoDay(time: string | Date): string {
  return (time instanceof Date ? time : new Date(time)).toISOString().slice(0, 10);
}

/** An ISO time as people read a day: "21 November 2026". */
export function longDay(time: string): string {
  return longDate.format(new Date(time));
}

const longDate = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A verdict counts as stale this many days after it was measured. */
export const staleAfterDays = 90;

export function staleFrom(measured: string): string {
  return isoDay(new Date(Date.parse(measured) + staleAfterDays * 86_400_000));
}

/** The day of the build; `SOURCE_DATE_EPOCH` (seconds) sets it, so that a build can be repeated to the byte. */
export function buildDay(environment: NodeJS.ProcessEnv = process.env): string {
  const epoch = environment['SOURCE_DATE_EPOCH'];
  return isoDay(epoch === undefined ? new Date() : new Date(Number(epoch) * 1000));
}

/** A duration in milliseconds, for run times: "42 s", "3 min 5 s". */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (milliseconds < 1000) return `${String(Math.round(milliseconds))} ms`;
  if (seconds < 60) return `${String(seconds)} s`;
  return `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`;
}
