import { describe, expect, test } from 'vitest';
import { UsageError } from '../claim/errors.ts';
import { parseVerifyOptions } from './options.ts';

const parsed = (...args: string[]) => {
  const options = parseVerifyOptions(args);
  if ('help' in options) throw new Error('help was not asked for');
  return options;
};

describe('options of npm run verify', () => {
  test('without any, all claims run in the full profile with a seed of their own', () => {
    const options = parsed();
    expect(options).toMatchObject({ patterns: [], profile: 'full', strict: false, shard: null, sabotage: [] });
    expect(options.seed).toBeGreaterThanOrEqual(0);
    expect(options.seed).toBeLessThan(2 ** 32);
  });

  test('claims, topics and globs are kept in their order', () => {
    expect(parsed('startup', 'storage/*', '--strict').patterns).toEqual(['startup', 'storage/*']);
  });

  test.each([
    ['0', 0],
    ['4294967295', 4294967295],
  ])('--seed %s is taken', (text, seed) => {
    expect(parsed('--seed', text).seed).toBe(seed);
  });

  test.each(['4294967296', '1.5', 'x', ' ', ''])('--seed "%s" is refused with its value', (text) => {
    expect(() => parsed(`--seed=${text}`)).toThrow(`--seed is "${text}"`);
  });

  test.each([
    ['1/1', { index: 1, count: 1 }],
    ['4/4', { index: 4, count: 4 }],
  ])('--shard %s is taken', (text, shard) => {
    expect(parsed('--shard', text).shard).toEqual(shard);
  });

  test.each(['0/4', '5/4', '1', 'a/b', '1/4/2', '01234/5'])('--shard %s is refused with its value', (text) => {
    expect(() => parsed('--shard', text)).toThrow(`--shard is "${text}"`);
  });

  test('a profile that does not exist is refused with those that do', () => {
    expect(() => parsed('--profile', 'fast')).toThrow('it can be quick or full');
  });

  test('an option that does not exist is a usage error that shows what there is', () => {
    expect(() => parsed('--fast')).toThrow(UsageError);
    expect(() => parsed('--fast')).toThrow('--profile quick|full');
  });

  test('--resume takes its claims from the journal and no others', () => {
    expect(() => parsed('startup', '--resume', 'j.jsonl')).toThrow('name no claims beside it');
  });

  test('--help answers with the options and runs nothing', () => {
    expect(parseVerifyOptions(['--help'])).toHaveProperty('help', expect.stringContaining('Exit status'));
  });
});
