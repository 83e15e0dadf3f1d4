import { expect, test } from 'vitest';
import { readAttempt } from './machine.ts';
import { techniques } from './techniques.ts';

test('a way out has worked when the secret was printed under its name, and the secret is not repeated', () => {
  const printed = '==== raw-disk\nrefused\n==== file-handle\nword-of-this-run\n==== host-process\nnothing\n';
  const { succeeded, said } = readAttempt(printed, 'word-of-this-run');
  expect(succeeded).toEqual(['file-handle']);
  expect(said['raw-disk']).toBe('refused');
  expect(said['file-handle']).toBe('(the secret)');
});

test('what the machine was made to leave behind counts for the way that made it', () => {
  const printed = '==== core-pattern\ncrashed\n==== release-agent\n==== core-pattern\nsecret\n==== release-agent\n';
  expect(readAttempt(printed, 'secret').succeeded).toEqual(['core-pattern']);
});

test('a way that was not tried is said not to have been', () => {
  expect(readAttempt('', 'secret').said['raw-disk']).toBe('not tried');
});

test('every way out names its documentation', () => {
  for (const { source } of techniques) expect(source.length).toBeGreaterThan(10);
});
