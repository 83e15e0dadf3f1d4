import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** What a build took. Processor time and memory say more than the clock where the machine has other work. */
export interface Cost {
  readonly seconds: number;
  /** Of the process and of the programs that it started and waited for. */
  readonly cpuSeconds: number;
  /** Of the process alone, at its most. */
  readonly memoryMiB: number;
}

const reporter = fileURLToPath(new URL('report-cost.js', import.meta.url));

/** Runs a program of Node's in a folder and returns what it cost. */
export async function measuredBuild(
  command: readonly [string, ...string[]],
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Cost> {
  const folder = await mkdtemp(join(tmpdir(), 'bare-claims-cost-'));
  const report = join(folder, 'cost.json');
  const [file, ...args] = command;
  const begun = performance.now();
  try {
    await execa(file, args, {
      cwd,
      preferLocal: true,
      localDir: process.cwd(),
      env: { ...env, ASTRO_TELEMETRY_DISABLED: '1', NODE_OPTIONS: `--import=${reporter}`, COST_REPORT: report },
    });
    const seconds = (performance.now() - begun) / 1000;
    return { seconds, ...(JSON.parse(await readFile(report, 'utf8')) as Omit<Cost, 'seconds'>) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
