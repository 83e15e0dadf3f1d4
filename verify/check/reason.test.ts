import { expect, test } from 'vitest';
import { describeProblem } from './reason.ts';
import { withoutPaths } from './without-paths.ts';
import { cacheRoot } from '../lab/places.ts';

const refused = (address: string): Error =>
  Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED', address });

test("a refused connection to the run's engine is told as the engine's end, one to anything else is not", () => {
  const socket = 'unix:///run/engine.sock';
  expect(describeProblem(refused('/run/engine.sock'), socket)).toMatch(/^The container engine stopped answering/);
  expect(describeProblem(refused('/run/other.sock'), socket)).toBe('connect ECONNREFUSED /run/other.sock');
  expect(describeProblem(refused('/run/engine.sock'), null)).toBe('connect ECONNREFUSED /run/engine.sock');
});

test('what went wrong first comes first, before what went wrong in removing', () => {
  const both = new SuppressedError(new Error('second'), new Error('first'));
  expect(describeProblem(both, null)).toBe('first\nThen, removing what it had made: second');
});

test('causes are told, and a full disk with what to do', () => {
  const problem = new Error('the work failed', { cause: new Error('ENOSPC: no space left on device, write') });
  expect(describeProblem(problem, null)).toBe(
    'the work failed\nCaused by: ENOSPC: no space left on device, write\n' +
      'The disk is full: make room, or name a folder on another disk (BARE_CLAIMS_CACHE).',
  );
});

test('a reason names no place of this machine', () => {
  expect(withoutPaths(`cannot open ${cacheRoot()}/trees/x`)).toBe('cannot open (cache)/trees/x');
  expect(withoutPaths(`at ${import.meta.filename}`)).toBe('at ./verify/check/reason.test.ts');
});

test.each(['EPIPE', 'ECONNRESET'])('an open connection that breaks off (%s) is told as what it may mean', (code) => {
  const error = Object.assign(new Error(`write ${code}`), { code });
  expect(describeProblem(error, '/run/engine.sock')).toBe(
    `A connection broke off, as when the container engine ends: write ${code}`,
  );
  expect(describeProblem(error, null)).toBe(`write ${code}`);
});
