import { isoDay } from '../format/date.ts';
import { badgeOf, type Badge } from '../machine/badge.ts';
import type { SiteClaim } from './catalogue.ts';

/** A claim's badge: its verdict, the day and whether guests were emulated. */
export function claimBadge({ verdict, standing }: SiteClaim): Badge {
  const run = standing.current?.run;
  return badgeOf(verdict, run && `${isoDay(run.endedAt)} · ${run.hostClass.key}`);
}
