// Plain JavaScript for any Node that can run npm: makes node_modules right, finds the Node that the project is
// written for, becomes root where the lab wants it and the user agrees, and hands over.
//
//   node verify/launch.js <command | tool> [arguments]
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages, stalePackages } from './launch/npm-packages.js';
import { findNode } from './launch/pinned-node.js';
import { giveBack, keepDockerContext, sudoPrefix, wantsRoot } from './launch/root.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line) => process.stderr.write(`${line}\n`);

/** Where each command lives; any other name is a tool of node_modules/.bin. */
const entries = {
  verify: 'verify/cli.ts',
  coverage: 'verify/cli.ts',
  judge: 'verify/cli.ts',
  merge: 'verify/cli.ts',
  audit: 'verify/cli.ts',
  contribute: 'verify/cli.ts',
  collect: 'verify/cli.ts',
  history: 'verify/cli.ts',
  'attest:keep': 'verify/cli.ts',
  'claim:new': 'verify/cli.ts',
  bench: 'verify/cli.ts',
  doctor: 'verify/setup/cli.ts',
  release: 'verify/setup/cli.ts',
  rehearse: 'verify/e2e/fixtures/rehearse-cli.ts',
  setup: 'verify/setup/cli.ts',
  'kvm:open': 'verify/setup/cli.ts',
  teardown: 'verify/setup/cli.ts',
  'ci-summary': 'verify/setup/cli.ts',
  test: 'verify/setup/cli.ts',
  'test:unit': 'verify/setup/cli.ts',
  'test:e2e': 'verify/setup/cli.ts',
};

async function main() {
  const asRoot = process.argv[2] === '--as-root';
  const [command, ...args] = process.argv.slice(asRoot ? 3 : 2);
  if (command === undefined) {
    say(`Name a command: ${Object.keys(entries).join(', ')}, or a tool of node_modules/.bin.`);
    return 4;
  }
  const problem = makePackagesRight();
  if (problem !== null) {
    say(problem);
    return 3;
  }
  const node = findNode(root);
  if (node.problem) {
    say(node.problem);
    return 3;
  }
  useTools(node.path);
  if (wantsRoot(command, args)) {
    keepDockerContext();
    const prefix = await sudoPrefix(args, say);
    if (prefix !== null) {
      const launcher = fileURLToPath(import.meta.url);
      return handOver([...prefix, node.path, launcher, '--as-root', command, ...args]);
    }
  }
  const entry = entries[command];
  const words = entry ? [node.path, join(root, entry), command, ...args] : [command, ...args];
  const status = await handOver(words);
  if (asRoot) giveBack(root);
  return status;
}

function makePackagesRight() {
  const reason = stalePackages(root);
  if (reason === null) return null;
  say(`Installing the npm packages (${reason}) ...`);
  const begun = Date.now();
  const problem = installPackages(root);
  if (problem === null) say(`npm packages installed in ${((Date.now() - begun) / 1000).toFixed(1)} s.`);
  return problem;
}

/** Puts the project's tools and Node first on the PATH, and system tools, which ordinary users often lack, last. */
function useTools(node) {
  const own = [join(root, 'node_modules', '.bin'), dirname(node)];
  const system = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
  const given = (process.env.PATH || '').split(delimiter).filter((folder) => !own.includes(folder));
  const missing = system.filter((folder) => !given.includes(folder));
  process.env.PATH = [...own, ...given, ...missing].join(delimiter);
  // Every check is a process of its own that loads the whole suite: Node keeps what it has compiled.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'node');
}

/** Runs a program on our standard streams; resolves with its exit status (128 + n where signal n ended it). */
function handOver([program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        // A terminal sends Ctrl-C to every process in front of it; the program has had its own already.
        if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
      });
    }
    child.on('error', (error) => {
      say(`${program} could not be started: ${error.message}`);
      resolve(4);
    });
    child.on('close', (status, signal) => {
      resolve(signal === null ? status : 128 + constants.signals[signal]);
    });
  });
}

main().then(
  (status) => {
    process.exitCode = status;
    // Signal handlers and a terminal once asked would keep the process waiting.
    process.exit();
  },
  (error) => {
    say(error.stack);
    process.exit(4);
  },
);
