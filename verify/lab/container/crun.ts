import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NotHereError } from '../errors.ts';
import { findCommand } from '../rootfs/host-binary.ts';

/**
 * Path of a program that engines can use as their low-level runtime in place of runc: crun, which shares no code with it.
 * crun refuses machines that have both versions of control groups with controllers in each; so it is not shown the second.
 * @param folder where to put the program
 * @throws NotHereError where crun is missing
 */
export async function crunRuntime(folder: string): Promise<string> {
  const crun = await findCommand('crun');
  if (crun === null) throw new NotHereError('crun is missing here. Install it: apt-get install crun');
  const path = join(folder, 'crun');
  const inside = `umount /sys/fs/cgroup/unified 2>/dev/null; exec ${crun} "$@"`;
  await writeFile(path, `#!/bin/sh\nexec unshare --mount sh -c '${inside}' crun "$@"\n`, { mode: 0o755 });
  return path;
}
