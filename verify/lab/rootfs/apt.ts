import { execa } from 'execa';
import { NotHereError } from '../errors.ts';
import { rememberedAnswer } from './apt-answers.ts';
import { findCommand } from './host-binary.ts';

/** Where this machine gets its distribution from: apt's own view, so that mirror and suite are never ours to choose. */
export interface AptSources {
  readonly codename: string;
  /** One line each, in the format of sources.list(5). */
  readonly lines: readonly string[];
}

const fields = '$(CREATED_BY)|$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(SIGNED_BY)';
const origins: readonly string[] = ['Debian', 'Ubuntu'];

/**
 * The distribution's own sources; other vendors' are left out.
 * @throws NotHereError off Debian and Ubuntu, or before the first apt-get update.
 */
export async function aptSources(cacheRoot: string): Promise<AptSources> {
  if ((await findCommand('apt-get')) === null) {
    throw new NotHereError('Packages are taken from Debian or Ubuntu by apt-get, which this machine does not have.');
  }
  const stdout = await rememberedAnswer(cacheRoot, `indextargets ${fields}`, async () => {
    return (await execa('apt-get', ['indextargets', '--format', fields])).stdout;
  });
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

/** A package that apt would install now. */
export interface Candidate {
  readonly name: string;
  readonly version: string;
  readonly depends: readonly string[];
}

/** What apt would install now, for those of the names that the distribution has. */
export async function candidates(cacheRoot: string, names: readonly string[]): Promise<readonly Candidate[]> {
  const question = ['show', '--no-all-versions', ...names];
  const text = await rememberedAnswer(cacheRoot, question.join(' '), async () => {
    const { stdout } = await execa('apt-cache', question, { reject: false });
    return stdout;
  });
  const field = (stanza: string, name: string): string => new RegExp(`^${name}: (.+)$`, 'm').exec(stanza)?.[1] ?? '';
  return text
    .split('\n\n')
    .map((stanza) => ({
      name: field(stanza, 'Package'),
      version: field(stanza, 'Version'),
      depends: field(stanza, 'Depends')
        .split(/[,|]/)
        .map((part) => part.trim().split(' ')[0] ?? ''),
    }))
    .filter(({ name }) => name !== '');
}

/** Downloads and unpacks a package into a folder. Nothing is installed, no script of the package runs. */
export async function unpackPackage(name: string, into: string, scratch: string): Promise<void> {
  // As root, apt fetches as another user, who could not write here; the archive's signatures are checked all the same.
  await execa('apt-get', ['-o', 'APT::Sandbox::User=root', '-qq', 'download', name], { cwd: scratch });
  const { stdout } = await execa('sh', ['-c', 'ls *.deb'], { cwd: scratch });
  for (const file of stdout.split('\n')) await execa('dpkg-deb', ['-x', file, into], { cwd: scratch });
}
