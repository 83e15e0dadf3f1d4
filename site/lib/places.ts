import { isAbsolute, join, relative } from 'node:path';

/** Where the claims are: `claims`, or what `BARE_CLAIMS_CLAIMS` names (the site's own tests do). */
export function claimsFolder(root: string = process.cwd(), environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment['BARE_CLAIMS_CLAIMS'];
  if (given === undefined || given === '') return join(root, 'claims');
  return isAbsolute(given) ? given : join(root, given);
}

/** The same folder relative to the project's root, as Astro's loader wants it. */
export function claimsBase(root: string = process.cwd()): string {
  return `./${relative(root, claimsFolder(root))}`;
}
