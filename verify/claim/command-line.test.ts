import { expect, test } from 'vitest';
import { commandLine } from './command-line.ts';
import { UsageError } from './errors.ts';

const config = { allowPositionals: true, options: { into: { type: 'string', default: 'here' } } } as const;

test('what is given and what is left to its default are both read', () => {
  expect(commandLine(['a', '--into', 'there', 'b'], 'usage', config)).toMatchObject({
    values: { into: 'there' },
    positionals: ['a', 'b'],
  });
  expect(commandLine([], 'usage', config).values).toEqual({ into: 'here' });
});

test.each([[['--onto']], [['--into']], [['--no-into']]])('%j is told what the command takes', (args) => {
  const wrong = () => commandLine(args, 'how it is called', config);
  expect(wrong).toThrow(UsageError);
  expect(wrong).toThrow(/to.*\n\nhow it is called$/s);
});
