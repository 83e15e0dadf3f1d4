import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withoutStarting } from './guard.ts';

let root = '';
const policy = (): string => join(root, 'usr/sbin/policy-rc.d');
const wants = (): string => join(root, 'etc/systemd/system/multi-user.target.wants');
/** Runs a shell line as the installation. */
const guarded = (line: string) => withoutStarting(['sh', '-c', line], { root, output: 'ignore' });
/** What a maintainer script is told while the line runs. */
const answer = '"$P" docker start; echo $? >"$P.answer"';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bare-claims-guard-'));
  mkdirSync(join(root, 'usr/sbin'), { recursive: true });
  mkdirSync(wants(), { recursive: true });
  process.env['P'] = policy();
});

afterEach(() => {
  delete process.env['P'];
  rmSync(root, { recursive: true });
});

test('while packages are installed every service is forbidden, and afterwards nothing of it is left', async () => {
  expect((await guarded(answer)).exitCode).toBe(0);
  expect(readFileSync(`${policy()}.answer`, 'utf8').trim()).toBe('101');
  expect(readdirSync(join(root, 'usr/sbin')).filter((name) => !name.endsWith('.answer'))).toEqual([]);
});

test('the policy that the machine had is the same file afterwards', async () => {
  writeFileSync(policy(), '#!/bin/sh\nexit 0\n');
  chmodSync(policy(), 0o751);
  const before = lstatSync(policy());
  await guarded(answer);
  expect(readFileSync(`${policy()}.answer`, 'utf8').trim()).toBe('101');
  const after = lstatSync(policy());
  expect([after.ino, after.mode, after.mtimeMs]).toEqual([before.ino, before.mode, before.mtimeMs]);
});

test('a policy that is a symbolic link stays one', async () => {
  symlinkSync('/etc/alternatives/policy', policy());
  await guarded('true');
  expect(lstatSync(policy()).isSymbolicLink()).toBe(true);
});

test('an installation that fails says so and leaves nothing', async () => {
  expect((await guarded('exit 42')).exitCode).toBe(42);
  expect(existsSync(policy())).toBe(false);
});

test('a service that was newly switched on for the next boot is switched off and named, an older one is not', async () => {
  symlinkSync('/lib/old.service', join(wants(), 'old.service'));
  const { switchedOff } = await guarded(`ln -s /lib/new.service ${wants()}/new.service`);
  expect(switchedOff).toEqual([join(wants(), 'new.service')]);
  expect(readdirSync(wants())).toEqual(['old.service']);
});

test('what a killed installation left is put right by the next one', async () => {
  writeFileSync(policy(), '#!/bin/sh\nexit 0\n');
  const { ino } = lstatSync(policy());
  const guard = fileURLToPath(new URL('without-starting.sh', import.meta.url));
  const killed = spawn('sh', [guard, root, join(root, 'report'), 'sh', '-c', 'echo begun; exec sleep 60'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve) => killed.stdout.once('data', resolve));
  // The whole session at once, as a power failure would.
  process.kill(-(killed.pid ?? 0), 'SIGKILL');
  await new Promise((resolve) => killed.once('close', resolve));
  expect(readFileSync(policy(), 'utf8')).toContain('exit 101');
  await guarded('true');
  expect(lstatSync(policy()).ino).toBe(ino);
  expect(readFileSync(policy(), 'utf8')).toBe('#!/bin/sh\nexit 0\n');
});

test('Ctrl-C, a hangup and a polite end do not cut an installation short', async () => {
  const { exitCode } = await guarded(
    'for s in INT HUP TERM; do kill -s $s $PPID; kill -s $s $$; done; echo done >"$P.done"',
  );
  expect(exitCode).toBe(0);
  expect(existsSync(`${policy()}.done`)).toBe(true);
  expect(existsSync(policy())).toBe(false);
});

test('two installations at once follow one another', async () => {
  const line = (name: string): string => `echo ${name} >>"$P.order"; sleep 0.2; echo ${name} >>"$P.order"`;
  await Promise.all([guarded(line('a')), guarded(line('b'))]);
  const order = readFileSync(`${policy()}.order`, 'utf8').split('\n').filter(Boolean);
  expect(['a,a,b,b', 'b,b,a,a']).toContain(order.join(','));
  expect(existsSync(policy())).toBe(false);
});
