import { execa } from 'execa';
import { LabError, NotHereError } from '../errors.ts';
import { findCommand } from './host-binary.ts';

/** Where this machine gets its distribution from: apt's own view, so that mirror and suite are never ours to choose. */
export interface AptSources {
  readonly codename: string;
  /** One line each, in the format of sources.list(5). */
  readonly lines: readonly string[];
}

const origins: readonly string[] = ['Debian', 'Ubuntu'];

/**
 * The distribution's own sources; other vendors' are left out.
 * @throws NotHereError off Debian and Ubuntu, or before the first apt-get update.
 */
export async function aptSources(): Promise<AptSources> {
  if ((await findCommand('apt-get')) === null) {
    throw new NotHereError('Packages are taken from Debian or Ubuntu by apt-get, which this machine does not have.');
  }
  const { stdout } = await execa('apt-get', [
    'indextargets',
    '--format',
    '$(CREATED_BY)|$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(SIGNED_BY)',
  ]);
  const lines = new Set<string>();
  let codename = '';
  for (const target of stdout.split('\n')) {
    const [createdBy, origin, name, uri, release, component, signedBy] = target.split('|');
    if (createdBy !== 'Packages' || origin === undefined || !origins.includes(origin)) continue;
    if (uri === undefined || release === undefined || component === undefined) continue;
    const keyring = signedBy?.startsWith('/') === true ? `[signed-by=${signedBy}] ` : '';
    lines.add(`deb ${keyring}${uri} ${release} ${component}`);
    // The base suite is the one whose name has no "-updates" or "-security".
    if (release === name && !release.includes('-')) codename = name;
  }
  if (lines.size === 0) throw new NotHereError('apt knows no Debian or Ubuntu packages yet. Run: apt-get update');
  if (codename === '') codename = (await execa('sh', ['-c', '. /etc/os-release; echo "$VERSION_CODENAME"'])).stdout;
  return { codename, lines: [...lines] };
}

/** Version that apt would install now, by name, or null where the suite has no such package. */
export async function candidateVersion(name: string): Promise<string | null> {
  const { stdout } = await execa('apt-cache', ['show', '--no-all-versions', name], { reject: false });
  return /^Version: (.+)$/m.exec(stdout)?.[1] ?? null;
}

/** The first package that `name` depends on whose name begins with `prefix`: what a metapackage stands for today. */
export async function dependencyOf(name: string, prefix: string): Promise<string> {
  const { stdout } = await execa('apt-cache', ['show', '--no-all-versions', name]);
  const depends = /^Depends: (.+)$/m.exec(stdout)?.[1] ?? '';
  const found = depends
    .split(/[,|]/)
    .map((part) => part.trim().split(' ')[0] ?? '')
    .find((part) => part.startsWith(prefix));
  if (found === undefined) throw new LabError(`Package ${name} depends on nothing called ${prefix}*: ${depends}`);
  return found;
}

/** Downloads and unpacks a package into a folder. Nothing is installed, no script of the package runs. */
export async function unpackPackage(name: string, into: string, scratch: string): Promise<void> {
  // As root, apt fetches as another user, who could not write here; the archive's signatures are checked all the same.
  await execa('apt-get', ['-o', 'APT::Sandbox::User=root', '-qq', 'download', name], { cwd: scratch });
  const { stdout } = await execa('sh', ['-c', 'ls *.deb'], { cwd: scratch });
  for (const file of stdout.split('\n')) await execa('dpkg-deb', ['-x', file, into], { cwd: scratch });
}
