import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { LabError, NotHereError } from '../errors.ts';
import type { Subject } from '../subject.ts';
import { unpackedPackage } from '../unpacked-package.ts';

/** `complain`: the kernel only notes what the profile would forbid. */
export type ProfileMode = 'enforce' | 'complain';

export interface AppArmorProfile {
  readonly name: string;
  /** Version of the package whose parser compiled it. */
  readonly parser: string;
}

/**
 * Compiles a profile for containers and loads it into a guest's kernel; this machine's own kernel is not touched. The
 * parser is the distribution's, from its package.
 * @throws NotHereError where the guest's kernel has no AppArmor
 */
export async function loadAppArmorProfile(guest: Subject, mode: ProfileMode): Promise<AppArmorProfile> {
  const { exitCode } = await guest.exec(['test', '-e', `${securityfs}/apparmor/.replace`], { reject: false });
  if (exitCode !== 0) throw new NotHereError("The guest's kernel has no AppArmor.");
  const { directory, version } = await unpackedPackage('apparmor');
  const name = `lab-container-${mode}`;
  const { stdout: binary } = await execa(
    await firstExisting(join(directory, 'sbin/apparmor_parser'), join(directory, 'usr/sbin/apparmor_parser')),
    [
      ...['--quiet', '--skip-cache', '--skip-kernel-load', '--stdout'],
      ...['--features-file', join(directory, 'usr/share/apparmor-features/features')],
    ],
    { input: profile(name, mode), encoding: 'buffer' },
  );
  const load = `base64 -d > /tmp/profile && cat /tmp/profile > ${securityfs}/apparmor/.replace`;
  await guest.exec(['sh', '-ec', load], { stdin: Buffer.from(binary).toString('base64') });
  const { stdout: loaded } = await guest.exec(['cat', `${securityfs}/apparmor/profiles`]);
  if (!loaded.includes(`${name} (${mode})`)) {
    throw new LabError(`The guest's kernel did not take the profile ${name}. It has: ${loaded}`);
  }
  return { name, parser: version };
}

const securityfs = '/sys/kernel/security';

/**
 * Forbids what Docker's own profile for containers forbids (its documentation, "AppArmor security profiles"): mounting,
 * writing to /proc and /sys, other confinements' processes. It says so by allowing the rest, since an explicit `deny`
 * would hold in complain mode too (apparmor.d(5)).
 */
const profile = (name: string, mode: ProfileMode): string => `
profile ${name} flags=(attach_disconnected,mediate_deleted${mode === 'complain' ? ',complain' : ''}) {
  network,
  capability,
  umount,
  signal,
  / r,
  /** rmixk,
  /{tmp,out,dev,machine}/ rw,
  /{tmp,out,dev,machine}/** rwlk,
  ptrace (trace,read,tracedby,readby) peer=${name},
}
`;

async function firstExisting(...paths: readonly [string, ...string[]]): Promise<string> {
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found !== null) return path;
  }
  throw new LabError(`The package has none of: ${paths.join(', ')}`);
}
