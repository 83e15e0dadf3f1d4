import { cpuTimeElf } from './cpu-time-elf.ts';
import { LabError } from '../lab/errors.ts';
import { hostArchitecture } from '../lab/rootfs/architecture.ts';
import type { ExecOptions, ExecResult, Subject } from '../lab/subject.ts';

/** A command's CPU time, user and system together, its children's included. */
export interface CpuTimed extends ExecResult {
  readonly cpuSeconds: number;
}

/** Measures CPU time of commands in one subject. */
export interface CpuTimer {
  time(command: readonly string[], options?: ExecOptions): Promise<CpuTimed>;
  /**
   * CPU seconds of each of several shell scripts, run one after the other in one go: entering a container takes longer
   * than a short script does. What they print is thrown away; one that fails ends it.
   */
  timeScripts<Id extends string>(scripts: Readonly<Record<Id, string>>): Promise<Readonly<Record<Id, number>>>;
}

/**
 * Puts the instrument into the subject's folder (which must exist and allow programs) and returns its use. Resolution
 * 1 microsecond. Where a command's program is looked up by name, that is done once and not measured.
 */
export async function installCpuTimer(subject: Subject, folder: string): Promise<CpuTimer> {
  const program = `${folder}/cpu-time`;
  const content = Buffer.from(cpuTimeElf(hostArchitecture())).toString('base64');
  await subject.exec(['sh', '-c', 'base64 -d > "$0" && chmod 755 "$0"', program], { stdin: content });
  const paths = new Map<string, string>();
  const find = async (name: string): Promise<string> => {
    if (name.startsWith('/')) return name;
    const known = paths.get(name);
    if (known !== undefined) return known;
    const { stdout } = await subject.exec(['sh', '-c', 'command -v -- "$0"', name], { reject: false });
    const path = stdout.trim();
    if (!path.startsWith('/')) throw new LabError(`There is no program "${name}" in the ${subject.label}.`);
    paths.set(name, path);
    return path;
  };
  return {
    time: async ([name = '', ...args], options = {}) => {
      const result = await subject.exec([program, await find(name), ...args], options);
      return { ...result, ...splitReport(result.stderr) };
    },
    timeScripts: async <Id extends string>(scripts: Readonly<Record<Id, string>>) => {
      const ids = Object.keys(scripts) as Id[];
      const inTurn = 'for s; do "$0" "$(command -v sh)" -c "exec >/dev/null 2>&1; $s" || exit 1; done';
      const words = ids.map((id) => scripts[id]);
      const { stderr } = await subject.exec(['sh', '-c', inTurn, program, ...words], { timeoutMs: 120_000 });
      const lines = stderr.trim().split('\n');
      const entries = ids.map((id, index) => [id, splitReport(`${lines[index] ?? ''}\n`).cpuSeconds] as const);
      return Object.fromEntries(entries) as Record<Id, number>;
    },
  };
}

/** Parts the instrument's line, the last, from what the command itself wrote. */
export function splitReport(stderr: string): Pick<CpuTimed, 'cpuSeconds' | 'stderr'> {
  const match = /(\d+)\n$/.exec(stderr);
  if (match === null) {
    throw new LabError(`The CPU timer printed no time: ${JSON.stringify(stderr.slice(-200))}`);
  }
  return { cpuSeconds: Number(match[1]) / 1e6, stderr: stderr.slice(0, match.index) };
}
