import { fileURLToPath } from 'node:url';

/** The folder that holds `<topic>/<claim>.mdx` and `articles/`. `BARE_CLAIMS_ROOT` names another one (tests do). */
export function claimsRoot(): string {
  return process.env['BARE_CLAIMS_ROOT'] ?? fileURLToPath(new URL('../../claims', import.meta.url));
}
