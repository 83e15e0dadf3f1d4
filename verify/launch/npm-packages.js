import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';

/**
 * Why the folder node_modules is not what package-lock.json says, or null where it is. npm leaves a copy of what it
 * installed in node_modules/.package-lock.json, as its last act: an installation cut short has none.
 */
export function stalePackages(root) {
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (installed === null) return 'they are not installed yet';
  const locked = packagesOf(join(root, 'package-lock.json'));
  if (locked === null) return null;
  for (const [path, { version, integrity, optional }] of Object.entries(locked)) {
    if (path === '') continue;
    const found = installed[path];
    // Optional packages are for one platform each; npm leaves out those of the others.
    if (found === undefined && optional) continue;
    const name = path.replace(/^.*node_modules\//, '');
    if (found === undefined) return `${name} is missing`;
    if (found.version !== version) return `${name} is at ${found.version} instead of ${version}`;
    if (found.integrity !== integrity) return `${name} has other content than ${version}`;
  }
  return null;
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

// Without a network npm would try again for minutes before it says so.
const quick = ['ci', '--loglevel=error', '--fetch-retries=1', '--fetch-retry-mintimeout=2000'];

/** Runs `npm ci`. Returns null, or a sentence that says why there are no packages. */
export function installPackages(root) {
  // A PATH that prefers the folder about to be replaced would take npm's own interpreter away while it runs.
  const path = (process.env.PATH || '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(join(root, 'node_modules')))
    .join(delimiter);
  const [command, ...prefix] = npmCommand();
  const { error, status } = spawnSync(command, [...prefix, ...quick], {
    cwd: root,
    env: { ...process.env, PATH: path },
    // Standard output belongs to the command that was asked for: its JSON may be read by a program.
    stdio: ['ignore', 2, 2],
  });
  if (error) return `npm could not be started (${error.message}). Install npm, then try again.`;
  if (status === 0) return null;
  return (
    `npm ci ended with status ${status}, so the packages of this project are missing. ` +
    'It needs a network (or a filled npm cache) once; nothing afterwards does. Connect, then try the same command again.'
  );
}

/** The npm that runs this script, with its own Node; else the one on the PATH. */
function npmCommand() {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  if (npm && node && basename(npm) === 'npm-cli.js' && !node.includes('node_modules')) return [node, npm];
  return ['npm'];
}
