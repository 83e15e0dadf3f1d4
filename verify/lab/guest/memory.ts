import { readFile } from 'node:fs/promises';
import { LabError, NotHereError } from '../errors.ts';

/** Host memory that one guest takes, in bytes of PSS: pages shared by n processes count as 1/n for each (proc(5)). */
export interface GuestMemory {
  /** Guest RAM that exists on the host: touched by the guest and not given back. Firmware counts here too. */
  readonly guestBytes: number;
  /** Translated code. Only an emulator has it, so a judgement of virtual machines leaves it out. */
  readonly translationBytes: number;
  /** The VMM's own: program, libraries, device models, kernel and initial file system as read for the guest. */
  readonly vmmBytes: number;
}

/** Splits a VMM's memory by what it is for. */
export async function guestMemory(pid: number): Promise<GuestMemory> {
  if (process.platform !== 'linux') throw new NotHereError("A VMM's memory is read from /proc, which only Linux has.");
  const smaps = await readFile(`/proc/${String(pid)}/smaps`, 'latin1').catch((cause: unknown) => {
    throw new LabError(`The memory of process ${String(pid)} cannot be read: has the guest ended?`, { cause });
  });
  return splitMappings(smaps);
}

/**
 * The same from the text of /proc/PID/smaps. QEMU excludes guest memory, and nothing else that is writable, from being
 * copied by fork (MADV_DONTFORK, the flag `dc`); what it translates lies in anonymous memory that may be executed.
 */
export function splitMappings(smaps: string): GuestMemory {
  const bytes = { guestBytes: 0, translationBytes: 0, vmmBytes: 0 };
  for (const mapping of smaps.split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/)) {
    const [, permissions = '', path = ''] = /^\S+ (\S+) \S+ \S+ \d+ *(.*)$/m.exec(mapping) ?? [];
    const pss = 1024 * Number(/^Pss: +(\d+) kB$/m.exec(mapping)?.[1] ?? 0);
    const flags = (/^VmFlags: (.*)$/m.exec(mapping)?.[1] ?? '').split(' ');
    if (permissions.includes('x') && path === '') bytes.translationBytes += pss;
    else if (permissions.includes('w') && flags.includes('dc')) bytes.guestBytes += pss;
    else bytes.vmmBytes += pss;
  }
  return bytes;
}
