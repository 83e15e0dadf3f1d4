import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where things live at run time. Nothing else in the project builds such a path, so that set-up, runs, the reaper and
 * teardown agree about what is ours.
 */

/** Images, trees, guest disks, the private engine's data: on a real disk, kept between runs, removed by teardown. */
export function cacheRoot(): string {
  const chosen = process.env['BARE_CLAIMS_CACHE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  // Not root's home, which nobody else may pass through: an engine with remapped users must reach its data.
  if (process.getuid?.() === 0) return '/var/cache/bare-claims';
  const xdg = process.env['XDG_CACHE_HOME'];
  return join(xdg === undefined || xdg === '' ? join(homedir(), '.cache') : xdg, 'bare-claims');
}

/**
 * Parent of every run's folder of sockets and process ids, and of the lock that keeps two runs apart.
 * `BARE_CLAIMS_LANE` names another one beside it, for tests that must run beside a run: what is measured then is noise.
 */
export function runsRoot(): string {
  const lane = process.env['BARE_CLAIMS_LANE'] ?? '';
  if (process.getuid?.() === 0) return lane === '' ? '/run/bare-claims' : `/run/bare-claims-${lane}`;
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const parent = runtime === undefined || runtime === '' ? tmpdir() : runtime;
  return join(parent, `bare-claims-${String(process.getuid?.() ?? 'user')}`);
}

/** Sockets and process ids of one run. Short, because the path of a unix socket may have 107 bytes (unix(7)). */
export function runRoot(runId: string): string {
  return join(runsRoot(), runId);
}

/** Parent of every run's scratch folder. */
export function scratchesRoot(): string {
  return join(cacheRoot(), 'scratch');
}

/** Files that a run writes and reads as work: on a real disk (never a tmpfs), removed at its end. */
export function scratchRoot(runId: string): string {
  return join(scratchesRoot(), runId);
}

/** Label on every container, network, image and volume; its value is the run id. */
export const runLabel = 'org.bare-claims.run';

/** Label on images that a private engine keeps between runs; its value is the digest of the recipe. */
export const digestLabel = 'org.bare-claims.digest';
