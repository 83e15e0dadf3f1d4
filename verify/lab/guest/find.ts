import { readdir, readFile } from 'node:fs/promises';

/** A VMM of ours that is running now. */
export interface FoundGuest {
  readonly pid: number;
  readonly name: string;
  readonly runId: string;
}

/**
 * All guests of a run, or of any run, by the name that each VMM carries in its arguments. Their disks lie in the run's
 * scratch folder; monitors and command channels have no files.
 */
export async function findGuests(runId?: string): Promise<readonly FoundGuest[]> {
  const entries = await readdir('/proc').catch(() => []);
  const found: FoundGuest[] = [];
  for (const entry of entries.filter((name) => /^\d+$/.test(name))) {
    // A process may end at any moment, or be somebody else's.
    const line = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    const guest = guestOf(Number(entry), line.split('\0'));
    if (guest !== null && (runId === undefined || guest.runId === runId)) found.push(guest);
  }
  return found;
}

/** What a command line says of the guest that it runs, or null where it is none of ours. */
export function guestOf(pid: number, words: readonly string[]): FoundGuest | null {
  if (!/(^|\/)qemu-system-[^/]+$/.test(words[0] ?? '')) return null;
  const name = words[words.indexOf('-name') + 1] ?? '';
  const runId = /^bare-claims-(.+)-[0-9a-f]{8}$/.exec(name)?.[1];
  return runId === undefined ? null : { pid, name, runId };
}
