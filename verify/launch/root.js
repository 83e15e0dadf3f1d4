import { spawnSync } from 'node:child_process';
import { existsSync, lchownSync, lstatSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What the lab reads from its environment; the rest stays with the caller. */
const keptVariables = [
  'CI',
  'GITHUB_ACTIONS',
  'BARE_CLAIMS_CACHE',
  'BARE_CLAIMS_ROOT',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'DOCKER_CERT_PATH',
  'DOCKER_TLS_VERIFY',
  'XDG_RUNTIME_DIR',
  'NO_COLOR',
  'FORCE_COLOR',
  'TERM',
  'COLUMNS',
  'LANG',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSH_AUTH_SOCK',
  'NODE_EXTRA_CA_CERTS',
];

/** Arguments with which a command of the lab only reads and prints. */
const readOnly = ['--list', '--plan', '--help', '-h', '--dry-run'];

/** True where this command would do more as root than as the user who runs it. */
export function wantsRoot(command, args) {
  if (process.platform !== 'linux' || process.getuid() === 0) return false;
  // What a machine must be able to do is asked as whoever will run there.
  const asRun = command === 'doctor' && args.includes('--needs');
  if (!asRun && !['verify', 'test', 'test:e2e', 'setup', 'kvm:open', 'teardown'].includes(command)) return false;
  return !args.some((argument) => readOnly.includes(argument));
}

/**
 * The words to put before a command so that it runs as root, or null where it shall run as the user. Asks on a
 * terminal; with CI=true or --yes takes what sudo gives without a password; otherwise leaves it.
 */
export async function sudoPrefix(args, say) {
  const without = 'Going on without root: what needs it comes out as not-run.';
  const sudo = ['sudo', `--preserve-env=${keptVariables.join(',')}`];
  if (spawnSync('sudo', ['--version'], { stdio: 'ignore' }).status !== 0) {
    say(`There is no sudo here. ${without} To run all of it, run the same command as root.`);
    return null;
  }
  if (process.env.CI === 'true' || args.includes('--yes')) {
    const free = spawnSync('sudo', ['-n', ...sudo.slice(1), 'true'], { encoding: 'utf8' });
    if (free.status === 0) return ['sudo', '-n', ...sudo.slice(1)];
    say(`sudo does not work without a password (${free.stderr.trim().split('\n')[0]}). ${without}`);
    return null;
  }
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    say(`${without} To use sudo without being asked: --yes or CI=true.`);
    return null;
  }
  if (
    !(await agrees('The lab makes namespaces, cgroups and a private container engine. Run it as root through sudo?'))
  ) {
    say(without);
    return null;
  }
  if (spawnSync('sudo', [...sudo.slice(1), 'true'], { stdio: 'inherit' }).status === 0) return sudo;
  say(`sudo refused. ${without}`);
  return null;
}

/** A user's choice of Docker context lies in the user's home, where root would not look. */
export function keepDockerContext() {
  const own = join(homedir(), '.docker');
  if (!process.env.DOCKER_CONFIG && existsSync(own)) process.env.DOCKER_CONFIG = own;
}

function agrees(question) {
  return new Promise((resolve) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    terminal.on('SIGINT', () => process.exit(130));
    terminal.on('close', () => resolve(false));
    terminal.question(`${question} [Y/n] `, (answer) => {
      resolve(/^(y(es)?)?$/i.test(answer.trim()));
      terminal.close();
    });
  });
}

/**
 * Gives what root wrote in the project back to the user who called sudo: records, the built site, caches of tools.
 * Does nothing where the project is not that user's.
 */
export function giveBack(root) {
  const uid = Number(process.env.SUDO_UID);
  const gid = Number(process.env.SUDO_GID);
  if (process.getuid() !== 0 || !uid || Number.isNaN(gid) || lstatSync(root).uid !== uid) return;
  const visit = (path) => {
    const found = lstatSync(path);
    if (found.uid === 0) lchownSync(path, uid, gid);
    if (found.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
  };
  visit(root);
}
