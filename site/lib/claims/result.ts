import type { SiteClaim } from './catalogue.ts';

/** One line about a claim for lists: why its verdict, as the run said it. */
export function resultOf({ standing }: SiteClaim): string {
  return standing.current?.of.summary ?? '';
}
