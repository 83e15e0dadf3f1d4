import { cacheRoot } from '../lab/places.ts';
import { readMachineState, type MachineState } from './machine-state.ts';
import type { Warning } from './warning.ts';

/** Looks at the machine for a second before measuring. What it warns of can lower verdicts, never raise them. */
export async function preflight(): Promise<Warning[]> {
  return doubts(await readMachineState(cacheRoot()));
}

/**
 * What in this state gives reason to doubt. Three doubts lower: others' work on the processors, time stolen by other
 * virtual machines, and memory so short that the kernel must reclaim it. They only ever make waiting longer, so that
 * wall-clock costs become upper bounds and rates lower ones. The rest is advice.
 */
export function doubts(state: MachineState): Warning[] {
  return [busy(state), load(state), steal(state), governor(state), nesting(state), memory(state), disk(state)].filter(
    (warning) => warning !== null,
  );
}

function busy({ busyShare }: MachineState): Warning | null {
  if (busyShare === undefined || busyShare <= 0.25) return null;
  return {
    what: 'busy processors',
    value: percent(busyShare),
    advice: 'Something else is running. Stop it, or run again when the machine is idle.',
    lowers: true,
  };
}

function load({ load, cpus }: MachineState): Warning | null {
  // An average over a minute still remembers our own set-up, so it only advises.
  if (load / cpus <= 0.7) return null;
  return {
    what: 'load average',
    value: `${load.toFixed(2)} on ${String(cpus)} processors`,
    advice: 'Wait for what ran in the last minute to be over; if it stays, see what is running (top).',
    lowers: false,
  };
}

function steal({ stealShare }: MachineState): Warning | null {
  if (stealShare === undefined || stealShare <= 0.02) return null;
  return {
    what: 'stolen time',
    value: percent(stealShare),
    advice: 'Other virtual machines use this host. Use a dedicated machine or one with guaranteed processors.',
    lowers: true,
  };
}

function governor({ governor }: MachineState): Warning | null {
  if (governor === undefined || governor === 'performance') return null;
  return {
    what: 'frequency governor',
    value: governor,
    advice: 'Clock rates follow the load. For steadier times: cpupower frequency-set -g performance.',
    lowers: false,
  };
}

function nesting({ virtualized }: MachineState): Warning | null {
  if (virtualized !== true) return null;
  return {
    what: 'virtual machine',
    value: 'this host is one',
    advice:
      'Guests here are nested or emulated, and neighbours cannot be seen. Bare metal shows what guests really cost.',
    lowers: false,
  };
}

function memory({ availableBytes }: MachineState): Warning | null {
  if (availableBytes >= 2 ** 30) return null;
  return {
    what: 'available memory',
    value: `${(availableBytes / 2 ** 20).toFixed(0)} MiB`,
    advice: 'Guests and page cache need about 1 GiB. End programs that hold memory.',
    lowers: availableBytes < 2 ** 28,
  };
}

function disk({ diskFreeBytes }: MachineState): Warning | null {
  if (diskFreeBytes >= 4 * 2 ** 30) return null;
  return {
    what: 'free disk space',
    value: `${(diskFreeBytes / 2 ** 30).toFixed(1)} GiB`,
    advice:
      'Images and scratch files need about 4 GiB in the cache folder; npm run teardown frees what earlier runs left.',
    lowers: false,
  };
}

const percent = (share: number): string => `${(share * 100).toFixed(0)}%`;
