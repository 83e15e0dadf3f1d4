import { join } from 'node:path';
import { readHistory, type HistoryEntry } from '../../../verify/record/history.ts';
import { claimsFolder } from '../places.ts';

/** Changes of published verdicts, newest first. A log that was tampered with ends the build by its line. */
export async function verdictHistory(): Promise<readonly HistoryEntry[]> {
  return (await readHistory(join(claimsFolder(), 'history.jsonl'))).reverse();
}

const guests = { hardware: 'guests accelerated', emulated: 'guests emulated', none: 'no guests' } as const;

/** "guests emulated, cgroup v2"; "any machine" where nothing narrows it. */
export function machineClass({ acceleration, cgroup, lsm, engine }: HistoryEntry['on']): string {
  const words = [
    acceleration && guests[acceleration],
    cgroup && `cgroup ${cgroup}`,
    lsm === 'none' ? 'no AppArmor or SELinux' : lsm,
    engine === 'none' ? 'no engine' : engine && `${engine} engine`,
  ].filter((word) => word !== undefined);
  return words.length === 0 ? 'any machine' : words.join(', ');
}
