import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const leastMajor = 24;

/**
 * The Node that runs the project: the one pinned as a package for this platform, else the running one where it is new
 * enough. `{ path }`, or `{ problem }` with a sentence.
 */
export function findNode(root) {
  const pinned = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (process.execPath === pinned) return { path: pinned };
  // It may be there and yet not run: it is linked with glibc, which Alpine and the like do not have.
  if (existsSync(pinned) && spawnSync(pinned, ['--version']).status === 0) return { path: pinned };
  if (Number(process.versions.node.split('.')[0]) >= leastMajor) return { path: process.execPath };
  return {
    problem:
      `This project runs on Node ${leastMajor} or newer. Here is Node ${process.versions.node}, and npm has no Node ` +
      `${leastMajor} for ${process.platform} on ${process.arch} that runs here. ` +
      `Install Node ${leastMajor} from nodejs.org or your distribution, then try again.`,
  };
}
