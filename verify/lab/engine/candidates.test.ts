import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { engineCandidates } from './candidates.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'candidates-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

function addContext(name: string, address: string): void {
  const folder = join(home, '.docker/contexts/meta', createHash('sha256').update(name).digest('hex'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: address } } }));
}

const all = (): boolean => true;

test('DOCKER_HOST comes first, then the chosen context, then the sockets', () => {
  addContext('work', 'unix:///work.sock');
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'work' }));
  const found = engineCandidates({ env: { DOCKER_HOST: 'tcp://there:2375' }, home, uid: 1000, exists: all });
  expect(found.map(({ address }) => address)).toEqual([
    'tcp://there:2375',
    'unix:///work.sock',
    '/var/run/docker.sock',
    '/run/user/1000/docker.sock',
    join(home, '.docker/run/docker.sock'),
    '/run/user/1000/podman/podman.sock',
  ]);
});

test('DOCKER_CONTEXT overrides the configured context, and the default one is the default socket', () => {
  addContext('work', 'unix:///work.sock');
  addContext('play', 'unix:///play.sock');
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'work' }));
  const first = (context: string): string | undefined =>
    engineCandidates({ env: { DOCKER_CONTEXT: context }, home, uid: 0, exists: all })[0]?.address;
  expect(first('play')).toBe('unix:///play.sock');
  expect(first('')).toBe('unix:///work.sock');
  expect(first('default')).toBe('/var/run/docker.sock');
  expect(first('unheard-of')).toBe('/var/run/docker.sock');
});

test('sockets that do not exist are not tried', () => {
  const exists = (path: string): boolean => path.includes('podman');
  expect(engineCandidates({ env: {}, home, uid: 0, exists })).toEqual([
    { source: "Podman's socket", address: '/run/podman/podman.sock' },
  ]);
});

test('a broken configuration file of the client is passed over', () => {
  mkdirSync(join(home, '.docker'));
  writeFileSync(join(home, '.docker/config.json'), '{');
  expect(engineCandidates({ env: {}, home, uid: null, exists: () => false })).toEqual([]);
});
