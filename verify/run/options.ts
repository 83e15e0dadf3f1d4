import { z } from 'zod';
import { commandLine } from '../claim/command-line.ts';
import { UsageError } from '../claim/errors.ts';
import { lieSchema, type Lie } from '../record/sabotage-table.ts';

export interface VerifyOptions {
  readonly patterns: readonly string[];
  readonly list: boolean;
  readonly plan: boolean;
  readonly profile: 'quick' | 'full';
  readonly seed: number;
  readonly json: string | null;
  readonly junit: string | null;
  readonly markdown: string | null;
  readonly yes: boolean;
  readonly strict: boolean;
  readonly resume: string | null;
  readonly shard: { readonly index: number; readonly count: number } | null;
  readonly sabotage: readonly Lie[];
  /** With sabotage: the record of an honest run, instead of making one. */
  readonly honest: string | null;
  readonly updateExpected: boolean;
  readonly wait: boolean;
  readonly freshProbe: boolean;
}

const verifyUsage = `npm run verify -- [claim | topic | glob ...] [options]

  --list               the claims and what each needs; runs nothing
  --plan               what would run here, in which order and what would not, and why; starts no engine
  --profile quick|full sampling effort (full)
  --seed N             repeat the orders and resamples of another run
  --json FILE          also write the record there; --junit FILE, --markdown FILE: the same for those formats
  --shard I/N          only this part of the claims
  --resume JOURNAL     go on with a run that ended early
  --strict             exit 1 where a verdict differs from the published one
  --update-expected    write this machine's verdicts into the claim files, after a confirming run
  --sabotage           run every claim in a lab that lies: no lie may leave a standing verdict unchanged;
                       with --honest RECORD against the verdicts there, with --json FILE into the table there
  --yes                install missing system packages and use sudo without asking
  --wait               wait for another run on this machine to end
  --fresh-probe        probe hardware acceleration again

Exit status: 130 interrupted, 4 wrong usage, 3 nothing could be run, 2 something is broken,
1 a verdict changed under --strict, 0 otherwise.`;

const seedSchema = z.coerce.number().int().min(0).max(0xffff_ffff);

/** @throws UsageError naming the option and the value that it cannot have. */
export function parseVerifyOptions(args: readonly string[]): VerifyOptions | { readonly help: string } {
  const { values, positionals } = parse(args);
  if (values.help === true) return { help: verifyUsage };
  const profile = values.profile ?? 'full';
  if (profile !== 'quick' && profile !== 'full') {
    throw new UsageError(`--profile is "${profile}"; it can be quick or full.`);
  }
  if (values.honest !== undefined && values.sabotage !== true) {
    throw new UsageError('--honest names the verdicts that lies are held against; it needs --sabotage beside it.');
  }
  if (values.resume !== undefined && positionals.length > 0) {
    throw new UsageError('--resume goes on with the claims of its journal; name no claims beside it.');
  }
  return {
    patterns: positionals,
    list: values.list ?? false,
    plan: values.plan ?? false,
    profile,
    seed: parseSeed(values.seed),
    json: values.json ?? null,
    junit: values.junit ?? null,
    markdown: values.markdown ?? null,
    yes: values.yes ?? process.env['CI'] === 'true',
    strict: values.strict ?? false,
    resume: values.resume ?? null,
    shard: values.shard === undefined ? null : parseShard(values.shard),
    sabotage: (values.sabotage ?? false) ? lieSchema.options : [],
    honest: values.honest ?? null,
    updateExpected: values['update-expected'] ?? false,
    wait: values.wait ?? false,
    freshProbe: values['fresh-probe'] ?? false,
  };
}

function parse(args: readonly string[]) {
  return commandLine(args, verifyUsage, {
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      list: { type: 'boolean' },
      plan: { type: 'boolean' },
      profile: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
      junit: { type: 'string' },
      markdown: { type: 'string' },
      yes: { type: 'boolean' },
      strict: { type: 'boolean' },
      resume: { type: 'string' },
      shard: { type: 'string' },
      sabotage: { type: 'boolean' },
      honest: { type: 'string' },
      'update-expected': { type: 'boolean' },
      wait: { type: 'boolean' },
      'fresh-probe': { type: 'boolean' },
    },
  });
}

function parseSeed(value: string | undefined): number {
  if (value === undefined) return Math.floor(Math.random() * 0x1_0000_0000);
  const seed = value.trim() === '' ? undefined : seedSchema.safeParse(value).data;
  if (seed === undefined) throw new UsageError(`--seed is "${value}"; it must be a whole number from 0 to 4294967295.`);
  return seed;
}

function parseShard(value: string): { index: number; count: number } {
  const [, index = '0', count = '0'] = /^(\d{1,4})\/(\d{1,4})$/.exec(value) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index < 1 || shard.index > shard.count) {
    throw new UsageError(`--shard is "${value}"; it must be I/N with I from 1 to N, such as 2/4.`);
  }
  return shard;
}
