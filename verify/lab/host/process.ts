import { readdirSync, readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot (proc(5), stat field 22); null where there is no /proc. */
  readonly start: string | null;
}

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly argv: readonly string[];
}

/** What follows the command name in /proc/PID/stat; the name may itself hold blanks and brackets. */
function statFields(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, start: statFields(pid)?.[19] ?? null };
}

/** Whether this very process still runs. A zombie has ended: it holds nothing any more. */
export function isAlive({ pid, start }: ProcessIdentity): boolean {
  if (start === null) return answersToSignals(pid);
  const fields = statFields(pid);
  return fields !== null && fields[0] !== 'Z' && fields[19] === start;
}

function answersToSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** All processes that /proc shows, kernel threads and those that end meanwhile left out. */
export function listProcesses(): ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const pid of processIds()) {
    try {
      const argv = readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8')
        .split('\0')
        .slice(0, -1);
      const parent = Number(statFields(pid)?.[1] ?? 0);
      if (argv.length > 0) entries.push({ pid, parent, argv });
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return entries;
}

export function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** The process and its ancestors up to process 1. */
export function withAncestors(pid: number): number[] {
  const chain: number[] = [];
  for (let current = pid; current > 0 && !chain.includes(current);) {
    chain.push(current);
    current = Number(statFields(current)?.[1] ?? 0);
  }
  return chain;
}

/** The processes below this one, itself first. */
export function withDescendants(pid: number, all: readonly ProcessEntry[] = listProcesses()): number[] {
  const found = [pid];
  for (const ancestor of found) {
    for (const entry of all) if (entry.parent === ancestor && !found.includes(entry.pid)) found.push(entry.pid);
  }
  return found;
}

/** Sends a signal; false where the process is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Resolves true once none of the processes lives, false when they outlast the deadline. */
async function waitUntilGone(processes: readonly ProcessIdentity[], timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (processes.some(isAlive)) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

/** SIGTERM, then SIGKILL to what outlasts the grace period. */
export async function endProcesses(processes: readonly ProcessIdentity[], graceMs: number): Promise<void> {
  for (const one of processes) if (isAlive(one)) signalProcess(one.pid, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  if (graceMs > 0 && (await waitUntilGone(processes, graceMs))) return;
  for (const one of processes) if (isAlive(one)) signalProcess(one.pid, 'SIGKILL');
  await waitUntilGone(processes, 5_000);
}
