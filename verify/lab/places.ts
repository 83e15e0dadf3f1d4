import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LabError } from './errors.ts';

/**
 * Where things live at run time, and how what is ours is called. Nothing else in the project builds such a path, so that
 * set-up, runs, the reaper and teardown agree about what is ours.
 *
 * This is all that the suite touches of a machine:
 * - files below `cacheRoot()`, `runsRoot()` and, for a moment, folders `bare-claims-*` of the folder for temporary files
 * - network namespaces `/run/netns/bare-claims-<run id>-*`, and devices, addresses and firewall rules inside them, never
 *   outside: engines take a 10.x.0.0/16 that the machine does not route (lab/network/address-range.ts), neighbours
 *   198.18.0.0/15
 * - control groups below `bare-claims/` in each tree
 * - processes that it started, which bear the run's id in their name, their arguments or their environment
 * - in an engine of somebody else: what bears `runLabel`, and images of the repository `bare-claims`
 * - what engines make by themselves outside their folders, if the machine did not have it (lab/engine/host-traces.ts)
 * - distribution packages, when asked to install them (verify/setup/apt), and what a record folder gets
 *
 * Removal is guarded by `ours` and `ownGroup`; `verify/e2e/verify-territory.e2e.ts` compares a machine before and after.
 */
export const ownName = 'bare-claims';

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

/**
 * The path, if it lies below a root of ours: to be called before anything is removed by a path that was read somewhere.
 * @throws LabError for any other
 */
export function ours(path: string): string {
  const whole = resolve(path);
  const roots = [cacheRoot(), runsRoot()].map((root) => resolve(root));
  if (roots.some((root) => whole.startsWith(`${root}/`))) return whole;
  throw new LabError(
    `Refused to touch ${path}: it is not below ${roots.join(' or ')}. Remove it by hand if it must go.`,
  );
}

/**
 * The control group, if it is one of ours.
 * @throws LabError for any other
 */
export function ownGroup(group: string): string {
  if (group.startsWith(`${ownName}/`) && !group.split('/').includes('..')) return group;
  throw new LabError(`Refused to touch the control group ${group}: ours begin with "${ownName}/".`);
}
