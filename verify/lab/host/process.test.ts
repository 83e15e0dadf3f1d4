import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tryLock } from './lock.ts';
import { endProcesses, identityOf, isAlive, listProcesses, withAncestors, withDescendants } from './process.ts';

test('a process is alive until it ends, and its number alone does not bring it back', async () => {
  const child = spawn('sleep', ['60']);
  const identity = identityOf(child.pid ?? 0);
  expect(isAlive(identity)).toBe(true);
  expect(isAlive({ ...identity, start: '1' })).toBe(false);
  const ended = once(child, 'exit');
  await endProcesses([identity], 1_000);
  await ended;
  expect(isAlive(identity)).toBe(false);
});

test.runIf(process.platform === 'linux')('a process that ignores SIGTERM is ended all the same', async () => {
  const child = spawn('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 1; done']);
  await once(child.stdout, 'data');
  const identity = identityOf(child.pid ?? 0);
  const ended = once(child, 'exit');
  await endProcesses([identity], 100);
  expect((await ended)[1]).toBe('SIGKILL');
});

test.runIf(process.platform === 'linux')('parents and children are told by /proc', () => {
  const me = listProcesses().find(({ pid }) => pid === process.pid);
  expect(me?.parent).toBe(process.ppid);
  expect(withAncestors(process.pid).slice(0, 2)).toEqual([process.pid, process.ppid]);
  expect(withDescendants(process.ppid)).toContain(process.pid);
});

test('a lock is held by one, and free again once released or its holder is dead', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  const path = join(folder, 'lock');
  try {
    const first = tryLock(path);
    expect(first.held).toBe(true);
    expect(tryLock(path)).toEqual({ held: false, owner: identityOf(process.pid) });
    if (first.held) first.lock[Symbol.dispose]();
    const child = spawn('true');
    const dead = identityOf(child.pid ?? 0);
    await once(child, 'exit');
    writeFileSync(path, JSON.stringify(dead));
    const second = tryLock(path);
    expect(second.held).toBe(true);
    if (second.held) second.lock[Symbol.dispose]();
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a lock file that says nothing locks nobody out', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  writeFileSync(join(folder, 'lock'), 'torn {');
  expect(tryLock(join(folder, 'lock')).held).toBe(true);
  rmSync(folder, { recursive: true });
});
