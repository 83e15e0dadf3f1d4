import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSentence } from '../bench/fixture.ts';
import { fuzzCases, fuzzTimeoutMs } from '../bench/fuzz-cases.ts';
import { main as coverage } from '../claim/coverage-cli.ts';
import { UsageError } from '../claim/errors.ts';
import { main as scaffold } from '../claim/scaffold-cli.ts';
import { RecordError } from '../record/errors.ts';
import { main as judge } from '../record/judge-cli.ts';
import { parseVerifyOptions } from './options.ts';

const options = [
  '--list',
  '--plan',
  '--profile',
  '--seed',
  '--json',
  '--shard',
  '--resume',
  '--honest',
  '--sabotage',
  '--yes',
  '-h',
  '--',
  '--text',
  '--article',
];
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('quick', 'full', '1/2', '0/0', '-1', '1e99', 'startup', '../..', ''),
);
const word = fc.oneof(
  fc.constantFrom(...options),
  value,
  fc.tuple(fc.constantFrom(...options), value).map(([name, text]) => `${name}=${text}`),
);
const commandLine = fc.array(word, { maxLength: 6 });

test('any command line of verify is understood, or is wrong usage with a sentence', { timeout: fuzzTimeoutMs }, () => {
  fc.assert(
    fc.property(commandLine, (args) => {
      try {
        const parsed = parseVerifyOptions(args);
        if ('help' in parsed) return;
        expect(Number.isInteger(parsed.seed) && parsed.seed >= 0).toBe(true);
        expect(['quick', 'full']).toContain(parsed.profile);
        if (parsed.shard !== null) expect(parsed.shard.index).toBeLessThanOrEqual(parsed.shard.count);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        expect(isSentence((error as Error).message)).toBe(true);
      }
    }),
    { numRuns: fuzzCases },
  );
});

test.each([
  ['coverage', coverage],
  ['judge', judge],
  ['claim:new', scaffold],
])('any command line of %s is answered, or refused with a sentence', { timeout: fuzzTimeoutMs }, async (_, main) => {
  await fc.assert(
    // Only wrong ones: a name that could be that of a claim would have its skeleton written.
    fc.asyncProperty(
      commandLine.map((args) => [...args, '\0?']),
      async (args) => {
        try {
          expect(await main(args, () => undefined)).toBeLessThanOrEqual(1);
        } catch (error) {
          if (!(error instanceof UsageError)) expect(error).toBeInstanceOf(RecordError);
          expect(isSentence((error as Error).message), (error as Error).message).toBe(true);
        }
      },
    ),
    { numRuns: fuzzCases },
  );
});
