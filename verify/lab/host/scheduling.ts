import { readdirSync, readFileSync } from 'node:fs';
import { listedAnew, type Pids } from './listed-anew.ts';
import { LabError } from '../errors.ts';

/** What processes have had of the processors since they began. */
export interface Scheduling {
  /** Seconds on a processor, to the nanosecond. */
  readonly cpuSeconds: number;
  /** How often one of their threads was put on a processor. */
  readonly timeslices: number;
}

/**
 * Sums /proc/<pid>/task/<tid>/schedstat over the threads of the processes (kernel documentation,
 * scheduler/sched-stats.rst). Finer than the clock ticks of /proc/<pid>/stat, which miss an idle process's work.
 * @throws LabError where a process is gone
 */
export function schedulingOf(pids: Pids): Scheduling {
  return listedAnew(pids, sumOf);
}

function sumOf(pids: readonly number[]): Scheduling {
  let [nanoseconds, timeslices] = [0, 0];
  for (const pid of pids) {
    const tasks = `/proc/${String(pid)}/task`;
    try {
      for (const tid of readdirSync(tasks)) {
        const [ran = 0, , slices = 0] = readFileSync(`${tasks}/${tid}/schedstat`, 'utf8').trim().split(' ').map(Number);
        nanoseconds += ran;
        timeslices += slices;
      }
    } catch (cause) {
      throw new LabError(`Process ${String(pid)} ended while its processor time was being read.`, { cause });
    }
  }
  return { cpuSeconds: nanoseconds / 1e9, timeslices };
}
