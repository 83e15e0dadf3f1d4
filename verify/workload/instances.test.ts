import { expect, test } from 'vitest';
import { instanceIn, versionsIn } from './instances.ts';
import type { Asked } from './steady-load.ts';
import { asWanted } from './swarm-stand.ts';

const asked = (saw: string, status: number | null = 200): Asked => ({ dueMs: 0, answeredMs: 1, status, saw });

test.each<[string, Asked, { version: string; name: string } | null]>([
  ['a version and a name', asked('v1 0a1b2c3d4e5f'), { version: 'v1', name: '0a1b2c3d4e5f' }],
  ['one word', asked('ready'), null],
  ['nothing', asked(''), null],
  ['an error that reads like a name', asked('not found', 404), null],
  ['no answer', asked('no answer', null), null],
])('%s', (_, answer, expected) => {
  expect(instanceIn(answer)).toEqual(expected);
});

test('versions are told once each', () => {
  const requests = [asked('new a'), asked('old b'), asked('new c'), asked('ECONNREFUSED x', null)];
  expect(versionsIn({ requests })).toEqual(['new', 'old']);
});

const task = (desired: string, state: string) => ({
  id: 'id',
  slot: 1,
  nodeId: 'node',
  message: '',
  containerId: null,
  pid: null,
  desired,
  state,
});

test.each([
  ['running', 'running', true],
  ['running', 'starting', false],
  ['shutdown', 'failed', true],
  ['shutdown', 'running', false],
  // A replacement waits for what it replaces.
  ['ready', 'ready', false],
])('a task that is wanted %s and is %s', (desired, state, expected) => {
  expect(asWanted([task(desired, state)])).toBe(expected);
  expect(asWanted([task('running', 'running'), task(desired, state)])).toBe(expected);
});
