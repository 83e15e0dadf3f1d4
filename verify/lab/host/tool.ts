import { NotHereError } from '../errors.ts';
import { findCommand } from '../rootfs/host-binary.ts';

/**
 * Path of a program of this machine.
 * @param packageName what to install where it is missing
 * @throws NotHereError where it is missing
 */
export async function hostTool(name: string, packageName: string): Promise<string> {
  const path = await findCommand(name);
  if (path === null) throw new NotHereError(`${name} is missing here. Install it: apt-get install ${packageName}`);
  return path;
}
