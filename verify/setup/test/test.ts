import { mkdir, rm, writeFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { needSchema } from '../../claim/claim.ts';
import { carryOut, decidePackages } from '../install.ts';
import type { Purpose } from '../parts.ts';
import { countsLine, sumCounts, vitestCounts, type Counts } from './counts.ts';
import { endToEndSteps, steps, unitSteps, type Step } from './steps.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** `npm test`: sets up what tests need, runs every step whatever the others say, and counts. Returns the exit status. */
export async function testAll(args: readonly string[]): Promise<number> {
  await setUp(args);
  return await run(steps, []);
}

/** `npm run test:unit -- [filter of vitest ...]`: needs no set-up. */
export async function testUnit(args: readonly string[]): Promise<number> {
  return await run(unitSteps, args);
}

/** `npm run test:e2e -- [filter of vitest ...]` */
export async function testEndToEnd(args: readonly string[]): Promise<number> {
  await setUp(args);
  return await run(
    endToEndSteps,
    args.filter((word) => word !== '--yes'),
  );
}

/** Tests of what cannot be had here skip themselves, so a refusal is no failure. */
async function setUp(args: readonly string[]): Promise<void> {
  const purposes = new Set<Purpose>([...needSchema.options, 'tests']);
  const yes = args.includes('--yes') || process.env['CI'] === 'true';
  for (const line of await carryOut(await decidePackages({ purposes, yes }))) process.stderr.write(`${line}\n`);
}

interface Outcome {
  readonly step: Step;
  readonly counts: Counts;
  readonly seconds: number;
}

async function run(chosen: readonly Step[], args: readonly string[]): Promise<number> {
  let interrupted = false;
  // The step under way gets the signal too and ends in its own way; no other is begun.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupted = true;
    });
  }
  await mkdir(`${root}artifacts`, { recursive: true });
  const outcomes: Outcome[] = [];
  for (const step of chosen) {
    process.stdout.write(`\n${styleText('bold', step.name)}\n`);
    const begun = performance.now();
    const counts = step.kind === 'vitest' ? await runVitest(step.project, args) : await runTool(step);
    outcomes.push({ step, counts, seconds: (performance.now() - begun) / 1000 });
    // The handler above runs while a step does; the compiler cannot know.
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition
    if (interrupted) break;
  }
  const total = sumCounts(outcomes.map(({ counts }) => counts));
  await writeFile(`${root}artifacts/test-counts.json`, `${JSON.stringify(total)}\n`);
  process.stdout.write(`\n${outcomes.map(line).join('\n')}\n\n${countsLine(total)}\n`);
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition
  return interrupted ? 130 : total.failed > 0 ? 1 : 0;
}

async function runTool({ name, command }: Extract<Step, { kind: 'tool' }>): Promise<Counts> {
  const [tool = '', ...words] = command;
  const { exitCode } = await execa(tool, words, { cwd: root, stdio: 'inherit', reject: false });
  if (exitCode === 0) return { passed: 1, failed: 0, skipped: 0 };
  return {
    passed: 0,
    failed: 1,
    skipped: 0,
    failures: [`${name} (${command.join(' ')}), exit status ${String(exitCode)}`],
  };
}

async function runVitest(project: string, args: readonly string[]): Promise<Counts> {
  const report = `${root}artifacts/${project}.json`;
  await rm(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { exitCode } = await execa('vitest', ['run', '--project', project, ...reporters, ...args], {
    cwd: root,
    stdio: 'inherit',
    reject: false,
  });
  return await vitestCounts(report, exitCode ?? 1);
}

function line({ step, counts, seconds }: Outcome): string {
  const mark = counts.failed > 0 ? styleText('red', '✘') : styleText('green', '✔');
  return `${mark} ${step.name.padEnd(22)} ${seconds.toFixed(1).padStart(6)} s  ${countsLine(counts)}`;
}
