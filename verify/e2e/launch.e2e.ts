import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const project = fileURLToPath(new URL('../..', import.meta.url));
/** Any Node that is not the pinned one stands for the user's own. */
const systemPath = (process.env['PATH'] ?? '')
  .split(':')
  .filter((folder) => !folder.includes('node_modules'))
  .join(':');
let clone = '';

const launch = (
  words: readonly string[],
  options: { readonly env?: Record<string, string>; readonly uid?: number } = {},
) => {
  const node = [join(clone, 'verify/launch.js'), ...words];
  const { uid, env } = options;
  const [program = '', ...args] =
    uid === undefined
      ? ['node', ...node]
      : ['setpriv', `--reuid=${String(uid)}`, `--regid=${String(uid)}`, '--clear-groups', 'node', ...node];
  return execa(program, args, {
    cwd: clone,
    stdin: 'ignore',
    reject: false,
    // Everything else stays: a proxy, certificates or a mirror of npm come from whoever runs the tests.
    env: {
      PATH: systemPath,
      ...env,
    },
  });
};

beforeAll(async () => {
  clone = mkdtempSync(join(tmpdir(), 'bare-claims-clone-'));
  chmodSync(clone, 0o755);
  await execa('git', ['clone', '--quiet', '--no-hardlinks', project, clone]);
});

afterAll(() => {
  rmSync(clone, { recursive: true, force: true });
});

test('without packages and without a network, the launcher says what it needs and leaves no half of it', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'bare-claims-npm-'));
  const { exitCode, stderr } = await launch(['doctor'], {
    env: { npm_config_registry: 'http://127.0.0.1:9/', npm_config_cache: cache, npm_config_fetch_retries: '0' },
  });
  rmSync(cache, { recursive: true, force: true });
  expect(stderr).toContain('It needs a network (or a filled npm cache) once');
  expect(exitCode).toBe(3);
});

test('in a fresh clone the first command installs the packages and runs on the pinned Node', async () => {
  const { exitCode, stdout, stderr } = await launch(['doctor', '--json']);
  expect(stderr).toContain('Installing the npm packages (they are not installed yet)');
  expect(exitCode).toBe(0);
  const [system] = JSON.parse(stdout) as readonly { readonly what: string; readonly says: string }[];
  expect(system?.says).toMatch(/Node 24\./);
});

test('the second command finds them and goes straight on', async () => {
  const { exitCode, stderr } = await launch(['verify', '--list']);
  expect(stderr).not.toContain('Installing');
  expect(exitCode).toBe(0);
});

test('an ordinary user without sudo gets a plan, a doctor and an answer, and no question', async (context) => {
  if (process.getuid?.() !== 0) context.skip('only root can become another user');
  const env = { HOME: '/nonexistent' };
  const plan = await launch(['verify', '--plan'], { uid: 65534, env });
  expect(plan.exitCode).toBe(0);
  const doctor = await launch(['doctor', '--json'], { uid: 65534, env });
  const items = JSON.parse(doctor.stdout) as readonly { readonly what: string; readonly state: string }[];
  expect(items.find(({ what }) => what === 'root')?.state).toMatch(/missing|there/);
});

test('a tool of node_modules/.bin runs on the pinned Node too, and its status comes back', async () => {
  const { stdout } = await launch(['node', '--version']);
  expect(stdout).toMatch(/^v24\./);
  const { exitCode } = await launch(['node', '--eval', 'process.exit(7)']);
  expect(exitCode).toBe(7);
});

test('a signal to the launcher reaches the program, and its end is told in the shell’s way', async () => {
  const running = launch(['node', '--eval', 'console.log("up"); setInterval(() => {}, 1000)']);
  await new Promise((resolve) => running.stdout.once('data', resolve));
  running.kill('SIGTERM');
  const { exitCode } = await running;
  expect(exitCode).toBe(128 + 15);
});

test('a command that does not exist is wrong usage', async () => {
  const { exitCode, stderr } = await launch(['no-such-command']);
  expect(stderr).toContain('no-such-command');
  expect(exitCode).toBe(4);
});
