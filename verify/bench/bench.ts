import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { writeBenchmarks } from './benchmarks-page.ts';
import { writeSizes } from './dependencies.ts';
import { instruments } from './instruments.ts';
import { writeSimulation } from './simulation.ts';
import { timeOfRun } from './speed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Part {
  readonly does: string;
  /** Returns what missed its target, a sentence each. */
  readonly run: (args: readonly string[]) => Promise<readonly string[]>;
}

const parts: Readonly<Record<string, Part>> = {
  simulation: {
    does: 'judges made-up measurements whose truth is known: docs/simulation.*; an argument: trials a row (10000)',
    run: async ([trials = '10000']) => writeSimulation(Number(trials), 1),
  },
  'bad-input': {
    does: 'tries every reader with made-up input; an argument: cases each (10000)',
    run: ([cases = '10000']) => tests(['--project', 'unit', 'fuzz'], { BARE_CLAIMS_FUZZ: cases }),
  },
  'cut-short': {
    does: 'cuts runs short at random moments and looks what is left; an argument: how many (50)',
    run: ([times = '50']) =>
      tests(['--project', 'e2e', 'verify-faults', '-t', 'at any moment'], { BARE_CLAIMS_CUT_SHORT: times }),
  },
  instruments: {
    does: 'measures nothing with each instrument',
    run: async () => writeBenchmarks({ instruments: await instruments() }),
  },
  claim: {
    does: 'one structural claim, from a warm start',
    run: async () =>
      writeBenchmarks({ claim: await timeOfRun(['security/container-root-is-host-root', '--profile', 'quick']) }),
  },
  nothing: {
    does: 'the same with an empty cache: set-up from nothing',
    run: async () =>
      writeBenchmarks({
        nothing: await timeOfRun(
          ['--profile', 'quick', 'architecture/vm-must-run-a-full-os', 'security/container-root-is-host-root'],
          'empty cache',
        ),
      }),
  },
  quick: {
    does: 'all claims in the quick profile',
    run: async () => writeBenchmarks({ quick: await timeOfRun(['--profile', 'quick']) }),
  },
  full: {
    does: 'all claims in the full profile',
    run: async () => writeBenchmarks({ full: await timeOfRun([]) }),
  },
  site: {
    does: 'builds of the site beside those of others; an argument: claims (2000)',
    run: (args) => succeeds('the bench of the site', process.execPath, ['site/bench/main.ts', ...args]),
  },
  dependencies: {
    does: 'measures the packages: docs/dependencies.md',
    run: async () => {
      await writeSizes();
      return [];
    },
  },
};

const usage = `npm run bench -- [part [argument]]: one part, or all of them, one after the other.
Results of instruments, claim, nothing, quick and full are kept in docs/benchmarks.*. Exit status 1 where a target was missed.

${Object.entries(parts)
  .map(([name, { does }]) => `  ${name.padEnd(13)} ${does}`)
  .join('\n')}
`;

export async function main([name, ...args]: readonly string[]): Promise<number> {
  const chosen = name === undefined ? Object.values(parts) : Object.hasOwn(parts, name) ? [parts[name]] : [];
  if (chosen.length === 0 || args.length > 1 || args.some((arg) => !/^[1-9]\d*$/.test(arg))) {
    process.stderr.write(usage);
    return 4;
  }
  const missed: string[] = [];
  for (const part of chosen) missed.push(...((await part?.run(args)) ?? []));
  process.stdout.write(missed.length === 0 ? 'All targets met.\n' : `${missed.join('\n')}\n`);
  return missed.length === 0 ? 0 : 1;
}

function tests(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string[]> {
  return succeeds(`vitest ${args.join(' ')}`, 'vitest', ['run', ...args, '--testTimeout=0'], env);
}

async function succeeds(
  what: string,
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const { exitCode } = await execa(file, args, { cwd: root, env, stdio: 'inherit', reject: false });
  return exitCode === 0 ? [] : [`${what} failed with status ${String(exitCode)}.`];
}
