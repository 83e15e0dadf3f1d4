import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unprivilegedUid } from './vmm.ts';

/** An empty folder that QEMU's user may use; disposing it removes it. */
export interface VmmFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * For the sockets through which QEMU sends or takes a machine's state: its user owns nothing and may enter no folder of a
 * run, and the path of a socket has at most 107 characters (unix(7)).
 */
export async function vmmFolder(): Promise<VmmFolder> {
  const path = await mkdtemp(join(tmpdir(), 'bare-claims-'));
  await giveToVmm(path, 0o700);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Lets QEMU's user, and where we are root only that, use a file or folder. */
export async function giveToVmm(path: string, mode = 0o600): Promise<void> {
  await chmod(path, mode);
  if (process.getuid?.() === 0) await chown(path, unprivilegedUid, unprivilegedUid);
}
