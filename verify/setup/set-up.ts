import { chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { needSchema } from '../claim/claim.ts';
import { UsageError } from '../claim/errors.ts';
import { cacheRoot } from '../lab/places.ts';
import { carryOut, decidePackages } from './install.ts';

/** Folders of the cache that hold what recipes make and nothing of one machine. A CI keeps them between runs. */
const portable = ['apt', 'guests', 'kernels', 'trees'];

/**
 * `npm run setup`: installs the system packages that claims need, before a run would. Returns the exit status: 3 where
 * some are missing and were not to be installed, else 0.
 */
export async function setUp(args: readonly string[]): Promise<number> {
  if (args.some((arg) => arg !== '--yes')) throw new UsageError('npm run setup -- [--yes]');
  const yes = args.includes('--yes') || process.env['CI'] === 'true';
  const plan = await decidePackages({ purposes: new Set(needSchema.options), yes });
  for (const line of await carryOut(plan)) process.stderr.write(`${line}\n`);
  openCache();
  return plan.kind === 'leave' ? 3 : 0;
}

/** A runner fills the cache as the user who called sudo, before anything of root's is in it. */
function openCache(): void {
  const [uid, gid] = [Number(process.env['SUDO_UID']), Number(process.env['SUDO_GID'])];
  for (const name of portable) {
    const folder = join(cacheRoot(), name);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    if (process.getuid?.() === 0 && uid > 0 && gid > 0) chownSync(folder, uid, gid);
  }
}
