import { writeSimulation } from './simulation.ts';

/** `npm run bench`: simulates the judgement and writes docs/simulation.*. Exit status 1 where a target was missed. */
export async function main(args: readonly string[]): Promise<number> {
  const [trials = '10000', ...rest] = args;
  if (!/^[1-9]\d*$/.test(trials) || rest.length > 0) {
    process.stderr.write('Give at most the number of trials a row: npm run bench -- 10000\n');
    return 4;
  }
  const missed = await writeSimulation(Number(trials), 1);
  process.stdout.write(missed.length === 0 ? 'All targets met; see docs/simulation.md.\n' : `${missed.join('\n')}\n`);
  return missed.length === 0 ? 0 : 1;
}
